"""Which assignments hold on a day, as a condition for queries."""

# for assignments a, with $day: begun by its first possible day, not over before its last possible day has passed
HELD = "(a.since IS NULL OR a.since <= $day) AND (a.until IS NULL OR a.until >= left($day, length(a.until)))"
