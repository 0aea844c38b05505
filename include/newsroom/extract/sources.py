"""The organisations that write for wires, by every name they go by."""

import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("sources.yaml")
_CALL_SIGN = re.compile(r"(?:[KW][A-Z]{2,3}|C[BFHJKIO][A-Z]{2})(?:[ -](?:TV|AM|FM|DT|LD|CD|\d{1,2}))?")
"""North American stations: K and W (47 CFR 73.3550), CB to CO for Canada."""

_EXACT_UP_TO = 4
"""Letters: shorter names are words too, once their capitals are lost."""


@cache
def _names() -> dict[str, str]:
    """Every name to the one the house uses; longer ones folded, short ones as they are written."""
    table = YAML(typ="safe").load(_FILE.read_text("utf-8"))
    return {_key(name): house for house, others in table.items() for name in (house, *others)}


def _key(name: str) -> str:
    name = " ".join(name.replace("’", "'").split())
    return name if len(name) <= _EXACT_UP_TO else name.casefold()


def known_source(name: str) -> str | None:
    """The house's name of the organisation that `name` is, or None; a leading `the` does not count."""
    names = _names()
    key = _key(name.strip(" .,;:"))
    return names.get(key) or names.get(key.removeprefix("the ").removeprefix("The "))


def is_station(name: str) -> bool:
    """Whether `name` is formed as a station's call sign: KRDO, WABC-TV."""
    return _CALL_SIGN.fullmatch(name.strip()) is not None
