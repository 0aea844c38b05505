"""Fetching: feeds are polled and pages fetched, politely and within limits."""
