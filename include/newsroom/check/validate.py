"""Judge a batch of stories by every rule set they must meet, in one validation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from newsroom.check.criteria import Criterion, Setting, Value, criteria
from newsroom.check.explain import cut
from newsroom.check.suite import Answer, Question, ask
from newsroom.config import RightsProfile, RuleSet, TopicMap, Wire
from newsroom.config.rules import KnownTerms
from newsroom.story import Finding, Severity, Story, Verdict, digest

RULES_MEAN = 1
"""What the rules mean: raise it when a kind of rule judges otherwise, so that verdicts are new."""

ERROR_LIMIT = 160


@dataclass(frozen=True)
class Scope:
    """A rule set and whose it is: `wire:cnn_newsource`, `partner:krdo`."""

    name: str
    rules: RuleSet


class _Entry:
    """A rule of a scope with the answers to its questions, ready to say what it finds in a row."""

    def __init__(self, name: str, scope: Scope, criterion: Criterion, answers: Sequence[Answer]) -> None:
        self._name = name
        self._severity: Severity = scope.rules.rules[name].severity
        self._criterion = criterion
        self._written = f"the rule {name} in checks/{scope.rules.id}.yaml"
        self._error = next((answer.error for answer in answers if answer.error), None)
        self._failing = frozenset(row for answer in answers for row in answer.rows)
        self._passed = self._finding("")

    def find(self, row: int, story: Story) -> Finding:
        """What the rule says of the story in this row."""
        if self._error:
            return self._finding(
                self._criterion.not_judged(story, cut(self._error, ERROR_LIMIT), self._written)
            )
        return self._finding(self._criterion.reason(story)) if row in self._failing else self._passed

    def _finding(self, reason: str) -> Finding:
        return Finding(
            rule=self._name,
            field=self._criterion.field,
            severity=self._severity,
            passed=not reason,
            reason=reason,
        )


def check(
    stories: Sequence[Story],
    wire: Wire,
    topics: TopicMap,
    scopes: Sequence[Scope],
    now: datetime,
    *,
    profile: RightsProfile | None = None,
) -> list[Verdict]:
    """A verdict for each story and scope: all scopes of the first story, then all of the second.

    `profile` is the wire's contract, by which its stories' usage terms are known. One validation of Great
    Expectations judges them all. A rule that it can't judge fails for every story.

    Raises:
        ValueError: there is no scope, so that nothing would be checked.
    """
    if not scopes:
        raise ValueError("scopes: saw none; wanted at least the wire's own rules: nothing passes unchecked")
    if not stories:
        return []
    entries = _judge(stories, scopes, Setting(wire, topics, now, profile))
    rulesets = [ruleset_digest(scope.rules, wire, topics, profile) for scope in scopes]
    return [
        Verdict(
            uri=story.uri,
            n=0,
            scope=scope.name,
            ruleset=rulesets[at],
            checked_at=now,
            findings=tuple(entry.find(row, story) for entry in entries[at]),
        )
        for row, story in enumerate(stories)
        for at, scope in enumerate(scopes)
    ]


def ruleset_digest(rules: RuleSet, wire: Wire, topics: TopicMap, profile: RightsProfile | None = None) -> str:
    """16 hex digits over all that decides a verdict besides the story: another digest is another verdict.

    That is the effective rules, what they read of the wire (rights, furniture, languages), the topic map and,
    where a rule asks for it, what the rights profile knows of usage terms.
    """
    decides = {
        "meaning": RULES_MEAN,
        "rules": {name: rule.model_dump(mode="json") for name, rule in rules.rules.items()},
        "rights": wire.rights.model_dump(mode="json"),
        "furniture": [rule.model_dump(mode="json") for rule in wire.furniture],
        "languages": [wire.language, {feed.id: feed.language for feed in wire.feeds}],
        "zone": wire.timezone,
        "topics": topics.model_dump(mode="json"),
        "terms": _known_terms(rules, profile),
    }
    return digest(orjson.dumps(decides, option=orjson.OPT_SORT_KEYS))[:16]


def _known_terms(rules: RuleSet, profile: RightsProfile | None) -> object:
    if profile is None or not any(isinstance(rule, KnownTerms) for rule in rules.rules.values()):
        return None
    return profile.model_dump(mode="json", include={"terms", "licenses", "country"})


def _judge(stories: Sequence[Story], scopes: Sequence[Scope], setting: Setting) -> list[list[_Entry]]:
    """Every rule of every scope, in their order, with its answers."""
    ready = [(scope, criteria(scope.rules, setting)) for scope in scopes]
    questions = [
        Question(expectation, scope.name, name, scope.rules.rules[name].severity)
        for scope, criterion_of in ready
        for name, criterion in criterion_of.items()
        for expectation in criterion.expectations
    ]
    answers = iter(ask([story.uri for story in stories], _columns(stories, questions), questions))
    return [
        [
            _Entry(name, scope, criterion, [next(answers) for _ in criterion.expectations])
            for name, criterion in criterion_of.items()
        ]
        for scope, criterion_of in ready
    ]


def _columns(stories: Sequence[Story], questions: Sequence[Question]) -> dict[str, list[Value]]:
    expected = {question.expectation.column: question.expectation for question in questions}
    return {name: [one.value(story) for story in stories] for name, one in expected.items()}
