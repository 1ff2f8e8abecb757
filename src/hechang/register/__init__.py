"""What the register knows beyond rows: stages reached, money to date, dated rules, editions of lists.

Does not belong here: the lists themselves (`watch/lists`), which stay thin, and anything drawn on a map (`atlas`).
"""
