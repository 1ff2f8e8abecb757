"""Pages and API of one region in two languages.

Belongs here: HTTP, languages, what a browser may do.
Does not belong here: any analysis, or what a page shows (`publish`).
"""
