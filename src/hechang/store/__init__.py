"""Where a region is kept: one contract, a folder with one SQLite file today, a server later.

Belongs here: SQL, files, the audit chain, what a reader may see. Does not belong here: what the rows mean.
"""
