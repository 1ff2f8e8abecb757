"""The words everybody shares: table specifications, code lists, ids, dates, money, units, errors, the catalogue.

Belongs here: what a row is called and how it is written. Does not belong here: anything that opens a region.
"""
