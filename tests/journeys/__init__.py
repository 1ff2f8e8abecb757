"""Journeys through the workbench in Debian's Chromium, in both languages."""
