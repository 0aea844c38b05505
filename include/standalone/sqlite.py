"""How Airflow's processes open their SQLite database. Airflow imports this before anything else of ours."""

CONNECT = {"timeout": 60}
"""Seconds that a process waits for the others to write: on a busy machine SQLite's own five are not enough,
and a scheduler that they are too short for ends."""
