"""Map layers: files in and out in every usual format and datum, and the gate of quality 质量控制 they pass.

A stranger's file is opened in the limited process only (`child`). What is wrong with it comes as findings, all at once;
a repaired copy is written beside, with a list of what was changed, and never taken for the file.
"""
