"""Check rules as data: what a story must have before it is passed on."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from newsroom.config.wire import Holder, Language, Slug
from newsroom.config.yaml_file import Problem, ProblemAt, Section
from newsroom.story import Severity

TextField = Literal["headline", "subheadline", "slugline", "body"]
DateField = Literal["firstcreated", "versioncreated"]
CreditField = Literal["byline", "authors", "source", "creditline"]
ValueField = Literal[
    "uri", "wire_id", "url", "headline", "subheadline", "slugline", "byline", "source", "creditline",
    "dateline", "located", "copyrightnotice", "copyrightholder", "copyrightyear", "usageterms", "license",
    "language", "language_claimed", "genre", "urgency", "ednote", "pubstatus", "provider",
]  # fmt: skip
AnyField = Literal[
    ValueField, "authors", "body", "media", "topics", "subject", "keywords", "firstcreated", "versioncreated"
]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"wanted a regular expression of Python ({error})") from None
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]
Phrase = Annotated[str, Field(min_length=2)]
Reason = Annotated[str, Field(min_length=10)]


class BaseRule(Section):
    """What all rules have. A critical rule holds the story; a warning is recorded."""

    severity: Severity = "critical"


class AnyPresent(BaseRule):
    """At least one of these fields has a value."""

    expect: Literal["any_present"]
    fields: tuple[AnyField, ...] = Field(("byline", "authors", "source", "creditline"), min_length=1)


class Clean(BaseRule):
    """No page furniture is left in the body.

    `lines` are whole lines, `starts` how a line begins. Case, spacing and the arrows, dots and colons at a
    line's ends do not count. `of_wire` adds the wire's own (`Wire.furniture`), `notices` copyright notices.
    """

    expect: Literal["clean"]
    lines: tuple[Phrase, ...] = ()
    starts: tuple[Phrase, ...] = ()
    of_wire: bool = True
    notices: bool = True


class InOrder(BaseRule):
    """`versioncreated` does not lie before `firstcreated` by more than `minutes`."""

    expect: Literal["in_order"]
    minutes: float = Field(5, ge=0, le=1_000_000)


class KnownHolder(BaseRule):
    """The copyright holder is one of the wire's (`rights.holders`), or of `holders`."""

    expect: Literal["known_holder"]
    holders: tuple[Holder, ...] = ()


class KnownTopic(BaseRule):
    """The wire's topic leads to a Media Topics subject."""

    expect: Literal["known_topic"]


class KnownTerms(BaseRule):
    """All that the story says of its use is known to the wire's rights profile (`rights.profile`).

    Usage terms, licence and editor's note are read. Without a profile nothing is judged here, and no partner
    gets the story.
    """

    expect: Literal["known_terms"]


class LanguageAmong(BaseRule):
    """The story's language is one of `languages`; without any, the one its feed, else its wire, is in."""

    expect: Literal["language_among"]
    languages: tuple[Language, ...] = ()


class Matches(BaseRule):
    """The field's text has a place that the regular expression matches; `wanted` says it in words."""

    expect: Literal["matches"]
    field: ValueField
    pattern: Pattern
    wanted: str = Field(min_length=3)


class NoFlags(BaseRule):
    """The reader has raised no flag that begins with one of `starts` (none given: any), `but` for these."""

    expect: Literal["no_flags"]
    starts: tuple[Phrase, ...] = ()
    but: tuple[Phrase, ...] = ()


class OneOf(BaseRule):
    """The field's value is one of `values`, letter by letter."""

    expect: Literal["one_of"]
    field: ValueField
    values: tuple[str | int, ...] = Field(min_length=1)


class Present(BaseRule):
    """The field has a value."""

    expect: Literal["present"]
    field: AnyField


class PublicationYear(BaseRule):
    """The year of the notice is that of publication, give or take the wire's `rights.year_may_differ`."""

    expect: Literal["publication_year"]


class SaneDate(BaseRule):
    """The date is there (unless `optional`), not in the future, and not older than a story can be."""

    expect: Literal["sane_date"]
    field: DateField
    optional: bool = False
    future_minutes: float = Field(5, ge=0, le=1_000_000)
    max_age_days: float = Field(3653, gt=0, le=100_000)


class WebAddress(BaseRule):
    """The story's URL is absolute, by http or https."""

    expect: Literal["web_address"]


class WordsBetween(BaseRule):
    """The text has at least `min` words and at most `max`."""

    expect: Literal["words_between"]
    field: TextField
    min: int = Field(1, ge=0)
    max: int = Field(100_000, ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"wanted `min` no larger than `max`, saw {self.min} and {self.max}")
        return self


Rule = Annotated[
    AnyPresent
    | Clean
    | InOrder
    | KnownHolder
    | KnownTerms
    | KnownTopic
    | LanguageAmong
    | Matches
    | NoFlags
    | OneOf
    | Present
    | PublicationYear
    | SaneDate
    | WebAddress
    | WordsBetween,
    Field(discriminator="expect"),
]
"""One rule, of the kind that its `expect` says."""


class RuleSet(Section):
    """Rules by name, as they hold: everything inherited is in, everything switched off is out.

    `lineage` names the files they were read from, the nearest first; `off` says why a rule was dropped.
    """

    id: Slug
    title: str
    rules: dict[Slug, Rule] = Field(min_length=1)
    lineage: tuple[Slug, ...] = ()
    off: dict[Slug, Reason] = Field(default_factory=dict)


class RuleFile(Section):
    """The file `checks/{id}.yaml`.

    With `extends`, the rules of that file hold as well: a rule of the same name here takes the place of
    its rule, and `off` drops one, by name and with a written reason.
    """

    id: Slug
    title: str = Field(min_length=2)
    extends: Slug | None = None
    rules: dict[Slug, Rule] = Field(default_factory=dict)
    off: dict[Slug, Reason] = Field(default_factory=dict)

    def resolve(self, base: RuleSet | None) -> RuleSet:
        """These rules on top of those of the file they extend.

        Raises:
            pydantic.ValidationError: no rule is left; `mistakes` tells it better.
        """
        inherited = base.rules if base else {}
        rules = {name: rule for name, rule in (inherited | self.rules).items() if name not in self.off}
        return RuleSet(
            id=self.id,
            title=self.title,
            rules=rules,
            lineage=(self.id, *(base.lineage if base else ())),
            off=(base.off if base else {}) | self.off,
        )

    def mistakes(self, base: RuleSet | None) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """What is wrong with these rules on top of `base`: field, what was seen, what is wanted."""
        inherited = base.rules if base else {}
        for name in self.off:
            if name in self.rules:
                yield ("off", name), repr(name), "wanted a rule either written here or switched off, not both"
            elif name not in inherited:
                allowed = ", ".join(inherited) or "none, for nothing is extended"
                yield ("off", name), repr(name), f"wanted a rule of the file that is extended: {allowed}"
        if not self.rules and not inherited.keys() - self.off.keys() and self.off.keys() <= inherited.keys():
            yield ("rules",), "nothing", "wanted at least one rule, or `extends: house`"


def resolve_all(
    files: Mapping[str, RuleFile], problem: ProblemAt
) -> tuple[dict[str, RuleSet], list[Problem]]:
    """Every file's effective rules; a file with a mistake, or on top of one that has, is left out.

    `problem` makes a located `Problem` of a file's id, a field's path, what was seen and what is wanted.
    """
    done: dict[str, RuleSet] = {}
    problems: list[Problem] = []
    waiting = dict(files)
    while ready := [f for f in waiting.values() if f.extends is None or f.extends in done]:
        for file in ready:
            del waiting[file.id]
            base = done[file.extends] if file.extends else None
            wrong = [problem(file.id, *mistake) for mistake in file.mistakes(base)]
            problems.extend(wrong)
            if not wrong:
                done[file.id] = file.resolve(base)
    for file in waiting.values():
        allowed = ", ".join(sorted(done)) or "none is there"
        wanted = f"wanted one that is there and right, in no circle: {allowed}"
        problems.append(problem(file.id, ("extends",), repr(file.extends), wanted))
    return done, problems
