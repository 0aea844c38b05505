"""No Airflow DAG, but the place where a mistake in the configuration shows as an import error.

A wire whose file is wrong has no DAG until it is mended; the others go on, and take of it what it said when
it was last right. This file then fails with a line for each mistake: file, line, field, what was seen and
what is wanted.
"""

from newsroom.config import ConfigError, load

if problems := load().problems:
    raise ConfigError(problems)
