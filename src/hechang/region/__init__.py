"""The Region a user holds: tables, day, branch, revisions, the one way to write, data checks; `demo/` holds data.

Does not belong here: what the rows mean for projects, maps or measures.
"""

from hechang.region.region import Region

__all__ = ["Region"]
