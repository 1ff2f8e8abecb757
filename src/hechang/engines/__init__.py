"""Arrays in, arrays out: travel times, areas and borders, Merkle trees.

No Region, no files; each kernel has a slow oracle in the tests.
"""
