"""No Airflow DAG, but the place where a mistake in the configuration shows as an import error.

A file that is wrong counts as it was last right: its wire is polled, its partner served. This file then fails
with a line for each mistake: file, line, field, what was seen and what is wanted. What was never right has no
DAG until it is.
"""

from newsroom.config import ConfigError
from wiring.configuration import configured

if problems := configured().problems:
    raise ConfigError(problems)
