"""A ninjs composite: the story that it is itself, and the items that it brings, under what it says of all.

What it says of rights holds for an item that says nothing of them. Its status and its embargo hold for each
item, where they are stricter. Who cancels a composite need not mean each of its items: they are withheld.
"""

from collections.abc import Sequence
from typing import Any

from newsroom.wireformat.control import code_of
from newsroom.wireformat.document import Said
from newsroom.wireformat.embargo import ends_later, latest

MOST_LEVELS = 5
"""Composites within each other; what lies deeper is taken as it is."""

STATUS = ("pubstatus", "pubStatus")
EMBARGO = ("embargoed", "embargoedUntil")

_INHERITED = (
    ("copyrightholder", "copyrightHolder"),
    ("copyrightnotice", "copyrightNotice"),
    ("usageterms", "usageTerms"),
    ("rightsinfo", "rightsInfo"),
    ("ednote", "edNote"),
)
"""What holds for an item that says nothing of it, by its names in the lines of ninjs."""

_CANCELED = ("canceled", "cancelled")

Item = dict[str, Any]


def items_of(composite: Item, levels: int = MOST_LEVELS) -> list[Any]:
    """The items of a composite; itself where it has a text of its own, brings nothing, or is not usable."""
    members = _members(composite)
    if not members or levels == 0:
        return [composite]
    own, held = has_body(composite), status_of(composite) != "usable"
    texts = [each for each in members if _is_text(each) and (has_body(each) or not own)]
    others = [each for each in members if isinstance(each, dict) and not _is_text(each)]
    odd = [each for each in members if not isinstance(each, dict)]
    if not own and len(texts) == 1:
        texts = [_with_media(texts[0], others)]
    # A picture is no story, but its kill is one.
    apart = others if len(texts) != 1 and not own else [each for each in others if _is_canceled(each)]
    found = [composite] if own or held else []
    for each in [*texts, *apart]:
        item = _under(composite, each)
        found += items_of(item, levels - 1) if item.get("type") == "composite" else [item]
    return [*found, *odd]


def texts_within(item: Item) -> int:
    """How many texts are associated with a text, beside which only pictures and clips are read."""
    if item.get("type") == "composite":
        return 0
    return sum(_is_text(each) and has_body(each) for each in _members(item))


def has_body(item: Item) -> bool:
    """Whether the item carries a text."""
    named = any(name.startswith("body_") and item[name] for name in item)
    bodies = item.get("bodies")
    return named or (
        isinstance(bodies, list) and any(isinstance(each, dict) and each.get("value") for each in bodies)
    )


def _members(composite: Item) -> list[Any]:
    told = composite.get("associations")
    members = list(told.values()) if isinstance(told, dict) else told
    return members if isinstance(members, list) else []


def _is_text(member: Any) -> bool:
    return isinstance(member, dict) and str(member.get("type") or "text").lower() in ("text", "composite")


def _is_canceled(member: Item) -> bool:
    return status_of(member) in _CANCELED


def _with_media(text: Item, others: Sequence[Item]) -> Item:
    """The only text with the pictures and clips beside it, where it names none of its own."""
    return text if text.get("associations") or not others else {**text, "associations": list(others)}


def _under(composite: Item, member: Item) -> Item:
    """The member, as what its composite says holds for it too."""
    made = dict(member)
    for names in _INHERITED:
        if not any(member.get(name) for name in names):
            made |= {name: composite[name] for name in names if composite.get(name)}
    if status_of(composite) != "usable" and status_of(member) not in (*_CANCELED, "withheld"):
        _replace(made, STATUS, "withheld")
    until, own = embargo_of(composite), embargo_of(member)
    if until and (not own or ends_later(until, own)):
        _replace(made, EMBARGO, until)
    return made


def _replace(item: Item, names: Sequence[str], value: Any) -> None:
    name = next((name for name in names if item.get(name)), names[-1])
    for each in names:
        item.pop(each, None)
    item[name] = value


def embargo_of(item: Item) -> Any:
    """The embargo that ends last, as written; what can't be read counts as that."""
    told = [item[name] for name in EMBARGO if item.get(name)]
    odd = next((each for each in told if not isinstance(each, str)), None)
    last = latest(Said(each, "") for each in told if isinstance(each, str))
    return odd or (last.text if last else None)


def status_of(item: Item) -> str:
    """The strictest status that the item says under any of its names; what is no text withholds."""
    told = [item[name] for name in STATUS if item.get(name)]
    codes = [code_of(each) if isinstance(each, str) else "withheld" for each in told]
    strict = [code for code in codes if code in _CANCELED] or [code for code in codes if code != "usable"]
    return strict[0] if strict else "usable"
