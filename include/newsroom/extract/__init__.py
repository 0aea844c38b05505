"""Extraction: raw bytes become a Story, with the evidence for each field."""
