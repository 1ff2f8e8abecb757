"""Figures of speed and size; each core stands beside its peer where one is known."""
