"""Lights 亮灯: ladders of clauses from data, a judge that applies them, a linter that proves them whole.

`line` is exact arithmetic, `judge` and `lint` are pure functions over frames and share it, `clauses` finds the rule in
force, `values` reads the metrics, `lit` puts them together. Slips 督办函 that follow a light live in `register.slips`.
"""
