"""Places by ISO 3166: countries (US) and their parts (US-CO), and the names that people write for them."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated

import pycountry
from pydantic import AfterValidator


def _place(value: str) -> str:
    if value in _codes():
        return value
    if "-" in value.strip("-"):
        raise ValueError("wanted a code of ISO 3166-2 such as US-CO")
    hint = " (the United Kingdom is GB)" if value == "UK" else ""
    raise ValueError(f"wanted a code of ISO 3166 such as US, or US-CO for a part of it{hint}")


Place = Annotated[str, AfterValidator(_place)]
"""A country (ISO 3166-1, two letters) or a part of one (ISO 3166-2)."""


def _country(value: str) -> str:
    if "-" in value:
        raise ValueError("wanted a country's two letters, as US")
    return _place(value)


Country = Annotated[str, AfterValidator(_country)]


def lies_within(place: str, regions: Iterable[str]) -> bool:
    """Whether all of `place` lies in one of `regions`: US-CO lies in US, US does not lie in US-CO."""
    return any(f"{place}-".startswith(f"{region}-") for region in regions)


def meets(place: str, regions: Iterable[str]) -> bool:
    """Whether some of `place` lies in one of `regions`: US meets US-CO, as US-CO meets US."""
    return any(lies_within(place, [region]) or lies_within(region, [place]) for region in regions)


def place_named(name: str, country: str | None = None) -> str | None:
    """The code of a place as people write it: `US-CO`, `Colorado`, `Canada`; None where it could be several.

    A part of `country`, where one is given, goes before a place elsewhere of the same name.
    """
    said = _folded(name)
    at_home = {code for code in _by_name().get(said, ()) if country and code.startswith(f"{country}-")}
    found = at_home or _by_name().get(said, frozenset())
    return next(iter(found)) if len(found) == 1 else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for codes in _by_name().values() for code in codes)


@cache
def _by_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for country in pycountry.countries:
        names = (getattr(country, name, None) for name in ("name", "common_name", "official_name", "alpha_2"))
        for name in filter(None, names):
            found.setdefault(_folded(name), set()).add(country.alpha_2)
    for part in pycountry.subdivisions:
        for name in (part.name, part.code):
            found.setdefault(_folded(name), set()).add(part.code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _folded(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold())).removeprefix("the ")
