"""Supervision: lists 清单, later lights, alerts and draws.

Does not belong here: the arithmetic of stages, money and rules (`register`), and anything drawn (`web`, `publish`).
"""
