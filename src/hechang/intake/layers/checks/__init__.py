"""The checks of a layer, one small file each; all are made, and all they find is told at once."""
