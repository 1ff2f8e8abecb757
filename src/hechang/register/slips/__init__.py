"""Supervision letters 督办函: their steps as pure functions, the desk that issues and files them, their text."""
