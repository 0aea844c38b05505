"""The configuration that DAGs are made of: a file that is wrong counts as it was last right, as for tasks.

A slip in a wire's file stops no poll, and so no kill that the wire sends meanwhile.
"""

import logging
from collections.abc import Mapping
from contextlib import closing

from newsroom.config import Configuration, config_root
from newsroom.config.last import load_or_last

log = logging.getLogger(__name__)


def configured() -> Configuration:
    """Read the configuration; the catalogue is asked only where a file is wrong.

    Raises:
        ConfigError: `house.yaml` or the house rules are wrong, and what they said before is not known.
    """
    return load_or_last(config_root(), _last_texts)


def _last_texts() -> Mapping[str, str]:
    """What each file said when it was last right; nothing where the catalogue can't tell: tasks say why."""
    from sqlalchemy.exc import SQLAlchemyError

    from newsroom.store.catalogue import Catalogue
    from newsroom.store.database import Unfit

    if not Catalogue.exists():
        return {}
    try:
        with closing(Catalogue.open()) as catalogue:
            return catalogue.config_texts()
    except (SQLAlchemyError, Unfit) as error:
        log.warning("what wrong files said before is not known (%s)", type(error).__name__)
        return {}
