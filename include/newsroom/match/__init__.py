"""Matching: whether two stories are copies of one, told from fingerprints that are small enough to keep."""
