"""The configuration that a newsroom works with: what is wrong in its files holds as it was last right."""

import logging
from pathlib import Path

from newsroom.config import Configuration, config_root, written_files
from newsroom.config.last import load_or_last
from newsroom.store.catalogue import Catalogue

log = logging.getLogger(__name__)


def configured(catalogue: Catalogue, root: Path | None = None, *, note: bool) -> Configuration:
    """Read the configuration, and `note` in the catalogue what is right in it.

    Who works with it notes it; who only looks may be looking with a draft.

    Raises:
        ConfigError: `house.yaml` or the house rules are wrong, and were never right.
    """
    root = root or config_root()
    texts = _texts(root)
    configuration = load_or_last(root, catalogue.config_texts)
    for problem in configuration.problems:
        log.error("%s", problem)
    if note:
        wrong = {problem.file for problem in configuration.problems}
        right = {name: text for name, text in texts.items() if text is not None and name not in wrong}
        catalogue.note_config(right, texts.keys())
    return configuration


def _texts(root: Path) -> dict[str, str | None]:
    """What each file says; nothing of one that can't be read."""
    found: dict[str, str | None] = {}
    for path in written_files(root):
        try:
            found[str(path.relative_to(root))] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            found[str(path.relative_to(root))] = None
    return found
