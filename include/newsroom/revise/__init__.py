"""Revise: what changed from one revision of a story to the next, and what kind of change it is."""
