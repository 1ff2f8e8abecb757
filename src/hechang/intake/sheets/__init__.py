"""Spreadsheets and tables of other programs: a file in, proposals of rows out, faults back into the user's own file.

The way of a file: `limits` (may it be opened) → `read_sheet` (cells as text) → `header` (what each column means) →
`cells` (text to value) → `rows` (one sheet row, up to four tables) → `match` (against the register) → `preview` →
`commit`. Back out: `annotate` (faults in the user's workbook), `template`, `export`.
"""
