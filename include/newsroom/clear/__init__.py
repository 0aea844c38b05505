"""Clearance: whether a revision may be published, and whether one partner may have it, rule by rule."""
