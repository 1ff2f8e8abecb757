"""View data of the pages: a Region in, plain values out, both languages inside; templates choose the words."""
