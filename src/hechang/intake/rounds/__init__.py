"""Collection rounds 填报: workbooks out to the bodies, returns in, one merge with its conflicts shown.

The way of a round: `opening` (a workbook per body) → `taking` (a return in: `reading`, `questions`, `renames`,
`totals`, `merging`) → `settling` (a conflict decided) → `status` (who, what, how much; the merge; what changed) →
`closing`.
A return is kept as it came, even a wrong one; what it answers, cell by cell, is kept beside it.
"""
