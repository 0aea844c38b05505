"""The language a story is in: what its text is, and what page and feed claim."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from newsroom.extract.material import Material

MIN_LETTERS = 200
"""Below this a detector guesses."""

MAX_CHARS = 800
"""How much of a text is looked at: more makes it slower, not surer."""

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_](?:[A-Za-z]{2,4}|\d{3}|[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*")
"""A language tag (BCP 47), as pages write it: `es_MX`. `utf-8` and `English` are none."""

_MACRO = {"nb": "no", "nn": "no", "cmn": "zh", "yue": "zh", "arb": "ar", "fil": "tl", "iw": "he", "in": "id"}
"""Tags of languages that the detector knows by a wider or newer one."""

SURE = 0.9
"""Probability from which the text's language goes before what is claimed."""


@dataclass(frozen=True)
class Language:
    """The language (a primary subtag such as `es`), what was claimed (as written), where, and doubts."""

    code: str | None
    claimed: str | None
    where: str
    flags: tuple[str, ...] = ()


def read_language(material: Material) -> Language:
    """The language of the text where it is long enough to tell, else the one that is claimed for it."""
    claimed, where = _claimed(material)
    found = detected(" ".join(material.lines))
    if found is None:
        return Language(_primary(claimed), claimed, where)
    flags: tuple[str, ...] = ()
    if claimed and _primary(claimed) != found:
        flags = (f"language.differs: saw {found} in the text; wanted {claimed}, as {where} says",)
    return Language(found, claimed, "the body's text", flags)


def detected(text: str) -> str | None:
    """The language that `text` is in (ISO 639-1), or None where it is too short or mixed to be sure."""
    sample = text[:MAX_CHARS]
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return None
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= SURE else None


def load_models() -> None:
    """Load the detector; once before a fork serves every child."""
    _identifier()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  (a third of a second)

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _claimed(material: Material) -> tuple[str | None, str]:
    told, item, feed = material.told, material.item, material.feed
    in_data = next(filter(None, (_language_in(node.get("inLanguage")) for node in told.stories)), None)
    claims = (
        (in_data, "the page's structured data"),
        (told.language, "the page's lang attribute"),
        (told.first_meta("og:locale", "content-language", "language", "dc.language"), "the page's metadata"),
        (item.language if item else None, "the feed entry"),
        (feed.language if feed else None, f"wires/{material.wire.id}.yaml"),
        (material.wire.language, f"wires/{material.wire.id}.yaml"),
    )
    said = ((claim.strip()[:35], where) for claim, where in claims if claim)
    return next((claim, where) for claim, where in said if _TAG.fullmatch(claim))


def _language_in(value: Any) -> str | None:
    """The tag in `inLanguage`: a text, a Language by its name or alternate name, or the first of several."""
    if isinstance(value, list):
        return next(filter(None, map(_language_in, value[:5])), None)
    if isinstance(value, dict):
        return next(filter(None, (_language_in(value.get(name)) for name in ("alternateName", "name"))), None)
    return value if isinstance(value, str) and _TAG.fullmatch(value.strip()) else None


def _primary(tag: str | None) -> str | None:
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return _MACRO.get(primary, primary) if 2 <= len(primary) <= 3 else None
