"""The language a story is in: what its text is, and what page and feed claim."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from newsroom.extract.material import Material

MIN_LETTERS = 200
"""Below this a detector guesses."""

MAX_CHARS = 800
"""How much of a text is looked at: more makes it slower, not surer."""

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
    in_data = next((text for node in told.stories if isinstance(text := node.get("inLanguage"), str)), None)
    claims = (
        (in_data, "the page's structured data"),
        (told.language, "the page's lang attribute"),
        (told.first_meta("og:locale", "content-language", "language", "dc.language"), "the page's metadata"),
        (item.language if item else None, "the feed entry"),
        (feed.language if feed else None, f"wires/{material.wire.id}.yaml"),
        (material.wire.language, f"wires/{material.wire.id}.yaml"),
    )
    return next((claim.strip()[:35], where) for claim, where in claims if claim and claim.strip())


def _primary(tag: str | None) -> str | None:
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return primary if primary.isascii() and primary.isalpha() and len(primary) in (2, 3) else None
