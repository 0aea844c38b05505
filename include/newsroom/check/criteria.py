"""Rules made ready to judge: the column each reads, what Great Expectations expects of it, and its words.

A column's value is None only where the story lacks what the rule is about; whether that fails is for a
`ExpectColumnValuesToNotBeNull` to say, since every other expectation passes over None.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import singledispatch
from typing import Any

from newsroom.check.explain import NOTHING, either, saw, sentence, where
from newsroom.check.furniture import Furniture
from newsroom.check.holders import is_known_holder, names_of
from newsroom.config import RightsProfile, Rule, RuleSet, TopicMap, Wire
from newsroom.config.rules import (
    AnyPresent,
    BaseRule,
    Clean,
    InOrder,
    KnownHolder,
    KnownTerms,
    KnownTopic,
    LanguageAmong,
    Matches,
    NoFlags,
    OneOf,
    Present,
    PublicationYear,
    SaneDate,
    WebAddress,
    WordsBetween,
)
from newsroom.extract.terms import Unknown, read_terms
from newsroom.story import Story, digest

Value = str | float | bool | None

WEB_ADDRESS = r"^https?://(?:\[[0-9A-Fa-f:.]+\]|[^\s\x00-\x1f\x7f/?#:@\\\[\]]+)(?::\d{1,5})?(?:[/?#][^\s\x00-\x1f\x7f]*)?\Z"
"""An absolute URL by http or https, with a host and without credentials (RFC 3986, section 3)."""

YEAR_UNKNOWN = -1.0
"""The distance of a year that could not be told: less than any that is allowed."""

_WORDS_FOR = {
    "byline": "a byline",
    "authors": "an author",
    "source": "a source",
    "creditline": "a credit line",
    "topics": "a topic",
    "url": "a URL",
    "usageterms": "usage terms",
    "license": "a licence",
    "body": "a body",
    "media": "a picture or clip",
    "copyrightyear": "a copyright year",
    "firstcreated": "a date of publication",
    "versioncreated": "a date of this version",
}


@dataclass(frozen=True)
class Setting:
    """What rules are judged against. Stories without a field of `guarded` fail by another rule, once."""

    wire: Wire
    topics: TopicMap
    now: datetime
    profile: RightsProfile | None = None
    guarded: frozenset[str] = frozenset()

    @property
    def holders(self) -> tuple[str, ...]:
        """The names of whoever may hold copyright in this wire's stories."""
        return tuple(holder.name for holder in self.wire.rights.holders)


@dataclass(frozen=True)
class Expectation:
    """One expectation on one column: its class in `great_expectations.expectations`, and its arguments.

    The same column name always means the same values.
    """

    column: str
    value: Callable[[Story], Value]
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """A rule for one wire at one moment: a story meets it when every expectation does.

    `places` are the fields whose evidence tells where it was looked.
    """

    field: str
    expectations: tuple[Expectation, ...]
    seen: Callable[[Story], str]
    wanted: Callable[[Story], str]
    places: tuple[str, ...]

    def reason(self, story: Story) -> str:
        """Why the story does not meet it."""
        seen = self.seen(story)
        found = where(story, self.places, found=not seen.startswith(NOTHING))
        return sentence(self.field, seen, self.wanted(story), found)

    def not_judged(self, story: Story, error: str, rule: str) -> str:
        """Why the story is held although nothing is known: the check itself failed."""
        seen = f"not judged, for the check failed ({error})"
        return sentence(self.field, seen, self.wanted(story), f"look at {rule}")


def criteria(rules: RuleSet, setting: Setting) -> dict[str, Criterion]:
    """Every rule of the set by name, ready to judge."""
    return {
        name: criterion(rule, replace(setting, guarded=_guarded(rules, rule)))
        for name, rule in rules.rules.items()
    }


def _guarded(rules: RuleSet, rule: Rule) -> frozenset[str]:
    """Fields whose absence already fails at least as severely, by another rule."""
    needing = (
        r for r in rules.rules.values() if isinstance(r, Present) or (isinstance(r, WordsBetween) and r.min)
    )
    return frozenset(r.field for r in needing if r is not rule and r.severity in ("critical", rule.severity))


@singledispatch
def criterion(rule: BaseRule, setting: Setting) -> Criterion:
    """The rule, ready to judge.

    Raises:
        NotImplementedError: rules of this kind can't be judged, so that nothing passes unjudged.
    """
    raise NotImplementedError(f"a rule of kind {type(rule).__name__}")


@criterion.register
def _(rule: Present, setting: Setting) -> Criterion:
    name = rule.field
    wanted = _WORDS_FOR.get(name, f"a {name}")
    if name in ("copyrightnotice", "copyrightholder"):
        what = "a notice" if name == "copyrightnotice" else "a holder"
        wanted = f"{what} naming {either(setting.holders)}" if setting.holders else f"a copyright {what[2:]}"
    if name == "topics":
        wanted = f"a topic of {setting.wire.provider}"
    return Criterion(name, (_not_null(name),), _seen(name), _always(wanted), (name,))


@criterion.register
def _(rule: AnyPresent, _setting: Setting) -> Criterion:
    names = rule.fields
    value = _first(names)
    expected = Expectation(f"any of {', '.join(names)}", value, "ExpectColumnValuesToNotBeNull")
    wanted = either(_WORDS_FOR.get(name, f"a {name}") for name in names)
    return Criterion(names[0], (expected,), lambda story: saw(value(story)), _always(wanted), names)


@criterion.register
def _(rule: WordsBetween, _setting: Setting) -> Criterion:
    name = rule.field

    def count(story: Story) -> int:
        return len((text_of(story, name) or "").split())

    def seen(story: Story) -> str:
        words = count(story)
        return f"saw {words} word{'s' if words > 1 else ''}" if words else NOTHING

    bounds = {"min_value": rule.min, "max_value": rule.max}
    expected = Expectation(f"{name}: words", count, "ExpectColumnValuesToBeBetween", bounds)
    return Criterion(name, (expected,), seen, _always(f"{rule.min} to {rule.max} words"), (name,))


@criterion.register
def _(rule: Clean, setting: Setting) -> Criterion:
    of_wire = setting.wire.furniture if rule.of_wire else ()
    furniture = Furniture.of(rule.lines, rule.starts, of_wire, notices=rule.notices)

    def first(story: Story) -> str | None:
        return next((line for _, line in furniture.found_in(story)), None)

    def seen(story: Story) -> str:
        found = list(furniture.found_in(story))
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        return f"{saw(found[0][1])} as block {found[0][0]} of {len(story.blocks)}{more}" if found else NOTHING

    expected = Expectation(_named("body: furniture", rule), first, "ExpectColumnValuesToBeNull")
    wanted = "nothing but the story: no page furniture" + (" and no notice line" if rule.notices else "")
    return Criterion("body", (expected,), seen, _always(wanted), ("body",))


@criterion.register
def _(rule: KnownHolder, setting: Setting) -> Criterion:
    holders = (*setting.wire.rights.holders, *rule.holders)
    names = names_of(holders)

    def known(story: Story) -> bool | None:
        if text_of(story, "copyrightnotice") is None:
            return None
        return is_known_holder(story.copyrightholder or "", names)

    wanted = either(holder.name for holder in holders)
    if not wanted:
        wanted = f"a known holder, and wires/{setting.wire.id}.yaml names none (rights.holders)"
    expected = Expectation(
        _named("copyrightholder: known", rule), known, "ExpectColumnValuesToBeInSet", _true()
    )
    wants = (*_needed("copyrightnotice", setting), expected)
    places = ("copyrightholder", "copyrightnotice")
    return Criterion("copyrightholder", wants, _seen("copyrightholder"), _always(wanted), places)


@criterion.register
def _(_rule: PublicationYear, setting: Setting) -> Criterion:
    off_by = setting.wire.rights.year_may_differ

    def distance(story: Story) -> float | None:
        if text_of(story, "copyrightnotice") is None:
            return None
        span = _years(story, setting.wire)
        if story.copyrightyear is None or span is None:
            return YEAR_UNKNOWN
        return float(max(span[0] - story.copyrightyear, story.copyrightyear - span[1], 0))

    def wanted(story: Story) -> str:
        span = _years(story, setting.wire)
        if span is None:
            return "the year of publication, and the story has no date"
        around = f", give or take {off_by}" if off_by else ""
        return f"{either(dict.fromkeys(span))}, the year of publication{around}"

    bounds = {"min_value": 0, "max_value": off_by}
    expected = Expectation("copyrightyear: years off", distance, "ExpectColumnValuesToBeBetween", bounds)
    wants = (*_needed("copyrightnotice", setting), expected)
    places = ("copyrightyear", "copyrightnotice")
    return Criterion("copyrightyear", wants, _seen("copyrightyear"), wanted, places)


@criterion.register
def _(_rule: KnownTerms, setting: Setting) -> Criterion:
    profile = setting.profile

    def unknown(story: Story) -> tuple[Unknown, ...]:
        if profile is None:
            return ()
        return read_terms(profile, story.own_usageterms, story.license, story.ednote).unknown

    def first(story: Story) -> str | None:
        return next((each.text for each in unknown(story)), None)

    def seen(story: Story) -> str:
        return " and ".join(f"{saw(each.text)} as {each.field}" for each in unknown(story)) or NOTHING

    def wanted(story: Story) -> str:
        return either(dict.fromkeys(each.mend for each in unknown(story))) or "terms that the profile knows"

    expected = Expectation("usageterms: unknown", first, "ExpectColumnValuesToBeNull")
    return Criterion("usageterms", (expected,), seen, wanted, ("usageterms", "license", "ednote"))


@criterion.register
def _(_rule: KnownTopic, setting: Setting) -> Criterion:
    topics = setting.topics

    def known(story: Story) -> bool | None:
        if not text_of(story, "topics") and not story.subject:
            return None
        return bool(story.subject) or any(topics.codes(label) for label in story.topics)

    wanted = f"a label that topics/{topics.id}.yaml (version {topics.version}) leads to a Media Topics code"
    if not topics.labels:
        wanted = f"a topic with a Media Topics code, and wires/{setting.wire.id}.yaml names no topic map"
    expected = Expectation("topics: known", known, "ExpectColumnValuesToBeInSet", _true())
    wants = (*_needed("topics", setting), expected)
    return Criterion("topics", wants, _seen("topics"), _always(wanted), ("topics", "subject"))


@criterion.register
def _(rule: LanguageAmong, setting: Setting) -> Criterion:
    by_feed = {feed.id: feed.language for feed in setting.wire.feeds if feed.language}

    def allowed(story: Story) -> tuple[str, ...]:
        return rule.languages or (by_feed.get(story.feed or "", setting.wire.language),)

    def among(story: Story) -> bool | None:
        tag = text_of(story, "language")
        return None if tag is None else any(_same_language(tag, one) for one in allowed(story))

    def wanted(story: Story) -> str:
        said = "" if rule.languages else f", as {setting.wire.provider} says"
        return f"{either(allowed(story))}{said}"

    expected = Expectation(_named("language: among", rule), among, "ExpectColumnValuesToBeInSet", _true())
    return Criterion(
        "language", (*_needed("language", setting), expected), _seen("language"), wanted, ("language",)
    )


@criterion.register
def _(rule: SaneDate, setting: Setting) -> Criterion:
    name, now = rule.field, setting.now

    def age(story: Story) -> float | None:
        moment: datetime | None = getattr(story, name)
        return None if moment is None else (now - moment) / timedelta(days=1)

    def seen(story: Story) -> str:
        days = age(story)
        return saw(text_of(story, name)) + ("" if days is None else f", {_ago(days)}")

    bounds = {"min_value": -rule.future_minutes / (24 * 60), "max_value": rule.max_age_days}
    expected = Expectation(f"{name}: days old", age, "ExpectColumnValuesToBeBetween", bounds)
    wants = (expected,) if rule.optional else (*_needed(name, setting), expected)
    wanted = f"at most {rule.max_age_days:g} days ago and {rule.future_minutes:g} minutes ahead"
    return Criterion(name, wants, seen, _always(wanted), (name,))


@criterion.register
def _(rule: InOrder, _setting: Setting) -> Criterion:
    def lag(story: Story) -> float | None:
        if story.firstcreated is None or story.versioncreated is None:
            return None
        return (story.versioncreated - story.firstcreated) / timedelta(minutes=1)

    def wanted(story: Story) -> str:
        return f"no earlier than firstcreated, {text_of(story, 'firstcreated')}, by {rule.minutes:g} minutes"

    bounds = {"min_value": -rule.minutes}
    expected = Expectation("versioncreated: minutes later", lag, "ExpectColumnValuesToBeBetween", bounds)
    return Criterion("versioncreated", (expected,), _seen("versioncreated"), wanted, ("versioncreated",))


@criterion.register
def _(_rule: WebAddress, setting: Setting) -> Criterion:
    expected = Expectation("url", _text("url"), "ExpectColumnValuesToMatchRegex", {"regex": WEB_ADDRESS})
    wants = (*_needed("url", setting), expected)
    return Criterion("url", wants, _seen("url"), _always("an absolute http or https URL"), ("url",))


@criterion.register
def _(rule: OneOf, setting: Setting) -> Criterion:
    name, values = rule.field, [str(value) for value in rule.values]
    expected = Expectation(name, _text(name), "ExpectColumnValuesToBeInSet", {"value_set": values})
    return Criterion(name, (*_needed(name, setting), expected), _seen(name), _always(either(values)), (name,))


@criterion.register
def _(rule: Matches, setting: Setting) -> Criterion:
    name = rule.field
    expected = Expectation(name, _text(name), "ExpectColumnValuesToMatchRegex", {"regex": rule.pattern})
    return Criterion(name, (*_needed(name, setting), expected), _seen(name), _always(rule.wanted), (name,))


@criterion.register
def _(rule: NoFlags, _setting: Setting) -> Criterion:
    def raised(story: Story) -> str | None:
        meant = (flag for flag in story.flags if not rule.starts or flag.startswith(rule.starts))
        return "; ".join(flag for flag in meant if not (rule.but and flag.startswith(rule.but))) or None

    wanted = f"no flag that begins with {either(rule.starts)}" if rule.starts else "no doubt of the reader"
    expected = Expectation(_named("flags: raised", rule), raised, "ExpectColumnValuesToBeNull")
    return Criterion("flags", (expected,), lambda story: saw(raised(story)), _always(wanted), ("flags",))


def text_of(story: Story, name: str) -> str | None:
    """A field as text, a list's parts parted by `; `; None when there is nothing in it."""
    value = getattr(story, name)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, tuple):
        value = "; ".join(filter(None, (_part(part) for part in value)))
    text = "" if value is None else str(value)
    return text if text.strip() else None


def _part(part: Any) -> str:
    shown = getattr(part, "code", None) or getattr(part, "url", None) or part
    return str(shown).strip()


def _text(name: str) -> Callable[[Story], str | None]:
    return lambda story: text_of(story, name)


def _first(names: Iterable[str]) -> Callable[[Story], str | None]:
    return lambda story: next(filter(None, (text_of(story, name) for name in names)), None)


def _seen(name: str) -> Callable[[Story], str]:
    return lambda story: saw(text_of(story, name))


def _always(text: str) -> Callable[[Story], str]:
    return lambda _: text


def _not_null(name: str) -> Expectation:
    return Expectation(name, _text(name), "ExpectColumnValuesToNotBeNull")


def _needed(name: str, setting: Setting) -> tuple[Expectation, ...]:
    return () if name in setting.guarded else (_not_null(name),)


def _true() -> dict[str, list[bool]]:
    return {"value_set": [True]}


def _named(what: str, rule: BaseRule) -> str:
    """A column's name for what a rule's own values decide."""
    return f"{what} [{digest(rule.model_dump_json(exclude={'severity'}))[:8]}]"


def _years(story: Story, wire: Wire) -> tuple[int, int] | None:
    """The first and the last year in which the story came out, where the wire is."""
    years = [_year(m, wire.zone) for m in (story.firstcreated, story.versioncreated) if m]
    return (min(years), max(years)) if years else None


def _year(moment: datetime, zone: tzinfo) -> int:
    try:
        return moment.astimezone(zone).year
    except OverflowError:  # the first or the last day that a datetime can be
        return moment.year


def _same_language(tag: str, wanted: str) -> bool:
    """True when one tag is the other, or a beginning of it (RFC 4647, section 3.3.1): en-US is en."""
    one, other = f"{tag.casefold()}-", f"{wanted.casefold()}-"
    return one.startswith(other) or other.startswith(one)


def _ago(days: float) -> str:
    if days < 0:
        return f"{-days:.0f} days ahead" if days < -2 else f"{-days * 24 * 60:.0f} minutes ahead"
    return f"{days:.0f} days ago" if days > 2 else f"{days * 24 * 60:.0f} minutes ago"
