"""Checks with Great Expectations: a batch of stories in, a verdict with reasons for each out."""
