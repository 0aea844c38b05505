"""No Airflow DAG, but the place where a mistake in the configuration shows as an import error.

A wire or partner whose file is wrong is left out of the other DAGs, which go on; this file then fails
with a line for each mistake: file, line, field, what was seen and what is wanted.
"""

from newsroom.config import ConfigError, load

if problems := load().problems:
    raise ConfigError(problems)
