"""Arrays in, arrays out: travel times, Merkle trees.

No Region, no files; each kernel has a slow oracle in the tests.
"""
