"""What leaves the house: pages, the static site, the open data package, and what the served pages share with them.

Belongs here: view data, templates, files for others. Does not belong here: HTTP, or any analysis.
"""
