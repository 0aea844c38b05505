import gc
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.check.criteria import Expectation, Setting, Value, criteria
from newsroom.check.suite import Answer, Question, answer_of, ask
from newsroom.check.validate import Scope, check, ruleset_digest
from newsroom.config import (
    Configuration,
    Feed,
    Holder,
    Limits,
    RightsProfile,
    RuleSet,
    Term,
    TopicMap,
    Wire,
    load,
)
from newsroom.config.rules import Matches, RuleFile
from newsroom.story import Block, Story, Subject, Verdict, paragraph

Rules = Callable[..., RuleSet]


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    return load(Path(__file__).resolve().parents[3] / "include" / "config")


@pytest.fixture
def scopes(shipped: Configuration) -> list[Scope]:
    house, krdo = shipped.rules["house"], shipped.rules["krdo"]
    return [Scope("wire:cnn", house), Scope("partner:krdo", krdo)]


def test_a_good_story_passes_every_scope(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    own, partner = check([story], wire, topics, scopes, now)
    assert (own.uri, own.n, own.scope, own.checked_at) == (story.uri, 0, "wire:cnn", now)
    assert own.passed
    assert partner.passed
    assert own.failures == partner.failures == ()
    assert [f.rule for f in own.findings] == list(scopes[0].rules.rules)
    assert all(finding.reason == "" for finding in own.findings)


def test_one_bad_story_leaves_the_others(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    bare = {"copyrightnotice": None, "copyrightholder": None, "copyrightyear": None}
    old = now - timedelta(days=40)
    changes: list[dict[str, Any]] = [
        {}, bare, {"topics": (), "subject": ()}, {"firstcreated": old, "versioncreated": old},
        {"language": "es"}, {},
    ]  # fmt: skip
    verdicts = check([story.model_copy(update=change) for change in changes], wire, topics, scopes, now)
    assert [v.scope for v in verdicts] == ["wire:cnn", "partner:krdo"] * 6
    assert [v.passed for v in verdicts[::2]] == [True, False, False, True, False, True]
    assert [v.passed for v in verdicts[1::2]] == [True] * 6
    assert verdicts[2].reasons == (
        (
            "copyrightnotice: nothing found; wanted a notice naming Cable News Network; "
            "looked in the last 3 paragraphs, the footer and the page's metadata"
        ),
    )
    assert [f.rule for f in verdicts[4].failures] == ["topic"]
    assert [(f.rule, f.severity) for f in verdicts[7].failures] == [("fresh", "warning")]
    assert [f.rule for f in verdicts[8].failures] == ["language"]


def test_a_uri_that_stands_twice_is_judged_twice(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    twin = story.model_copy(update={"headline": ""})
    verdicts = check([story, twin, story], wire, topics, scopes[:1], now)
    assert [v.passed for v in verdicts] == [True, False, True]
    assert {v.uri for v in verdicts} == {story.uri}


def test_two_scopes_may_have_the_same_rules(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    same = rules(a={"expect": "present", "field": "byline"}, b={"expect": "web_address"})
    other = rules(b={"expect": "web_address", "severity": "warning"})
    scopes = [
        Scope("wire:cnn", same),
        Scope("partner:a", same),
        Scope("partner:b", other),
        Scope("partner:b", same),
    ]
    verdicts = check([story.model_copy(update={"url": None})], wire, topics, scopes, now)
    assert [v.passed for v in verdicts] == [False, False, True, False]
    assert [len(v.findings) for v in verdicts] == [2, 2, 1, 2]


def test_nothing_to_check_and_nothing_to_check_by(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    assert check([], wire, topics, scopes, now) == []
    with pytest.raises(ValueError, match="wanted at least the wire's own rules"):
        check([story], wire, topics, [], now)


def test_a_check_that_breaks_holds_every_story(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    broken = Matches.model_construct(
        expect="matches", field="headline", pattern="(", wanted="something", severity="critical"
    )
    good = rules(url={"expect": "web_address"}).rules["url"]
    own = RuleSet.model_construct(
        id="own", title="Own", rules={"broken": broken, "url": good}, lineage=(), off={}
    )
    for verdict in check([story, story], wire, topics, [Scope("wire:cnn", own)], now):
        assert not verdict.passed
        assert [f.passed for f in verdict.findings] == [False, True]
        (reason,) = verdict.reasons
        assert re.fullmatch(
            r"headline: not judged, for the check failed \(.+\); wanted something; "
            r"look at the rule broken in checks/own.yaml",
            reason,
        )


@pytest.mark.parametrize(
    ("values", "kind", "arguments"),
    [
        (["a", "b"], "ExpectColumnValuesToMatchRegex", {"regex": "("}),
        (["a", "b"], "ExpectColumnValuesToBeBetween", {"min_value": 1}),
    ],
)
def test_an_expectation_that_raises_is_never_passed(
    values: list[Value], kind: str, arguments: dict[str, Any]
) -> None:
    expected = Expectation("x", lambda story: None, kind, arguments)
    fine = Expectation("x", lambda story: None, "ExpectColumnValuesToNotBeNull")
    lost = Expectation("y", lambda story: None, "ExpectColumnValuesToNotBeNull")
    questions = [Question(e, "wire:cnn", "rule", "critical") for e in (expected, fine, lost)]
    broken, answered, missing = ask(["u", "u"], {"x": values}, questions)
    assert broken.error
    assert missing.error
    assert answered.error is None
    assert answered.rows == frozenset()


def test_a_rule_set_s_digest_follows_whatever_decides(
    wire: Wire, topics: TopicMap, rules: Rules, shipped: Configuration
) -> None:
    own = rules(a={"expect": "known_holder"}, b={"expect": "known_topic"})
    first = ruleset_digest(own, wire, topics)
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    renamed = own.model_copy(update={"title": "Another title"})
    turned = own.model_copy(update={"rules": dict(reversed(own.rules.items()))})
    assert {ruleset_digest(same, wire, topics) for same in (renamed, turned, own)} == {first}
    rights = wire.rights.model_copy(update={"holders": (Holder(name="Reuters"),)})
    feeds = (Feed(id="world", url="https://wire.example/world", language="fr"),)
    others = {
        ruleset_digest(rules(a={"expect": "known_holder"}), wire, topics),
        ruleset_digest(
            rules(**{n: {**r.model_dump(), "severity": "warning"} for n, r in own.rules.items()}),
            wire,
            topics,
        ),
        ruleset_digest(own, wire.model_copy(update={"rights": rights}), topics),
        ruleset_digest(own, wire.model_copy(update={"furniture": ()}), topics),
        ruleset_digest(own, wire.model_copy(update={"feeds": feeds}), topics),
        ruleset_digest(own, wire, topics.model_copy(update={"version": "8"})),
    }
    assert len(others) == 6
    assert first not in others
    contract = RightsProfile(id="cnn", title="CNN", grants={"all": Limits()})
    assert ruleset_digest(own, wire, topics, contract) == first
    reading = rules(a={"expect": "known_terms"})
    known = contract.model_copy(update={"terms": (Term(text="No archive"),)})
    granted = known.model_copy(update={"grants": {"all": Limits(term_days=7)}})
    digests = [ruleset_digest(reading, wire, topics, each) for each in (None, contract, known, granted)]
    assert len(set(digests)) == 3
    assert digests[2] == digests[3]
    assert ruleset_digest(own, wire.model_copy(update={"schedule": "every 9 minutes"}), topics) == first


@pytest.fixture
def cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No network, and one empty folder for whatever would be written."""

    def refuse(*args: object) -> None:
        raise AssertionError(f"connected to {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_no_file_and_asks_no_server(
    story: Story,
    wire: Wire,
    topics: TopicMap,
    scopes: list[Scope],
    cut_off: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert len(check([story], wire, topics, scopes, datetime(2022, 7, 10, tzinfo=UTC))) == 2
    assert list(cut_off.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_its_log_lines_stay_out_of_a_task_s_log(
    story: Story,
    wire: Wire,
    topics: TopicMap,
    now: datetime,
    scopes: list[Scope],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    check([story], wire, topics, scopes, now)
    assert caplog.records == []


def test_a_validation_makes_each_configuration_once(
    story: Story,
    wire: Wire,
    topics: TopicMap,
    now: datetime,
    scopes: list[Scope],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Great Expectations itself makes some 65 of an expectation, which takes longer than to judge by it."""
    check([story], wire, topics, scopes, now)
    from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415
        ExpectationConfiguration,
    )

    made: list[str] = []
    make = ExpectationConfiguration.__init__

    def counted(self: Any, **told: Any) -> None:
        made.append(told["type"])
        make(self, **told)

    monkeypatch.setattr(ExpectationConfiguration, "__init__", counted)
    check([story], wire, topics, scopes, now)
    expectations = sum(
        len(one.expectations)
        for scope in scopes
        for one in criteria(scope.rules, Setting(wire, topics, now)).values()
    )
    assert 0 < len(made) <= 20 * expectations


def test_it_works_in_a_forked_process(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    check([story], wire, topics, scopes, now)
    child = os.fork()
    if child == 0:
        passed = False
        try:
            passed = [v.passed for v in check([story, story], wire, topics, scopes, now)] == [True] * 4
        finally:
            os._exit(0 if passed else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_importing_the_checks_imports_nothing_heavy() -> None:
    code = "import sys, newsroom.check.validate; print({'great_expectations', 'pandas'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"


# Whatever a story holds.

words = st.text(max_size=12)
phrases = st.sampled_from(
    [
        "Jump to comments ↓",
        "© 2022 Cable News Network",
        "Copyright 2020",
        "All rights reserved",
        "word " * 50,
        "\x00\x1b",
    ]
)
texts = st.none() | words | phrases
WEEK = timedelta(days=7)
moments = (
    st.none()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas(-WEEK, WEEK).map(lambda away: datetime(2022, 7, 10, tzinfo=UTC) + away)
)
stories = st.builds(
    Story,
    uri=words,
    wire=st.just("cnn"),
    provider=st.just("CNN Newsource"),
    feed=st.sampled_from([None, "world", "spanish", "other"]),
    url=texts | st.sampled_from(["https://a.example/b", "javascript:x"]),
    headline=words | phrases,
    byline=texts,
    authors=st.lists(words, max_size=2).map(tuple),
    source=texts,
    creditline=texts,
    blocks=st.lists((words | phrases).map(paragraph), max_size=4).map(tuple),
    copyrightnotice=texts,
    copyrightholder=texts | st.sampled_from(["CNN", "Cable News Network, Inc."]),
    copyrightyear=st.none() | st.integers(1900, 2100) | st.sampled_from([2021, 2022]),
    topics=st.lists(words | st.just("CNN - World"), max_size=2).map(tuple),
    subject=st.just(()) | st.just((Subject(code="medtop:11000000", name="politics"),)),
    language=st.none() | words | st.sampled_from(["en", "es", "en-GB"]),
    pubstatus=st.sampled_from(["usable", "withheld", "canceled"]),
    firstcreated=moments,
    versioncreated=moments,
    evidence=st.dictionaries(st.sampled_from(["headline", "body", "url", "topics"]), words, max_size=3),
    flags=st.lists(st.sampled_from(["gate.paywall: asks", "doubt: x", "gate"]) | words, max_size=2).map(
        tuple
    ),
)


def _meets(expected: Expectation, value: Value) -> bool:
    """What the expectation says, in plain Python."""
    told = expected.arguments
    if expected.kind == "ExpectColumnValuesToNotBeNull":
        return value is not None
    if value is None:
        return True
    if expected.kind == "ExpectColumnValuesToBeNull":
        return False
    if expected.kind == "ExpectColumnValuesToBeInSet":
        return bool(value in told["value_set"])
    if expected.kind == "ExpectColumnValuesToMatchRegex":
        return re.search(told["regex"], str(value)) is not None
    assert isinstance(value, int | float)
    return bool(told.get("min_value", value) <= value <= told.get("max_value", value))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=st.lists(stories, min_size=1, max_size=12))
def test_great_expectations_judges_as_the_rules_say(
    batch: list[Story], wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    verdicts = iter(check(batch, wire, topics, scopes, now))
    ready = [criteria(scope.rules, Setting(wire, topics, now)) for scope in scopes]
    for one in batch:
        for criterion_of in ready:
            verdict = next(verdicts)
            _well_told(verdict)
            assert {f.rule: f.passed for f in verdict.findings} == {
                name: all(_meets(e, e.value(one)) for e in criterion.expectations)
                for name, criterion in criterion_of.items()
            }


def _well_told(verdict: Verdict) -> None:
    failed = [f for f in verdict.findings if not f.passed]
    assert verdict.passed is not any(f.severity == "critical" for f in failed)
    for finding in failed:
        assert finding.reason.startswith(f"{finding.field}: ")
        assert finding.reason.count("; ") >= 2
        assert "wanted " in finding.reason
        assert finding.reason.isprintable()
        assert len(finding.reason) < 1000
    assert Verdict.from_json(verdict.to_json()) == verdict


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=stories)
def test_a_reason_can_be_given_for_any_story(
    one: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    for scope in scopes:
        for criterion in criteria(scope.rules, Setting(wire, topics, now)).values():
            assert criterion.reason(one).startswith(f"{criterion.field}: ")
            assert criterion.not_judged(one, "broken", "the rule").startswith(f"{criterion.field}: ")


def test_text_that_is_hard_to_carry_is_judged(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, scopes: list[Scope]
) -> None:
    odd = ["nan", "None", "1", "\x00", "عنوان طويل هنا", "x" * 100_000]
    batch = [story.model_copy(update={"headline": f"{text} {text} end", "byline": text}) for text in odd]
    verdicts = check(batch, wire, topics, scopes[:1], now)
    assert [v.passed for v in verdicts] == [True] * len(odd)


def test_a_rule_file_on_top_of_the_house_s(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, shipped: Configuration
) -> None:
    file = RuleFile.model_validate(
        {
            "id": "own",
            "title": "Own",
            "extends": "house",
            "off": {"copyrightnotice": "nobody owns these stories"},
        }
    )
    own = file.resolve(shipped.rules["house"])
    bare = story.model_copy(update={"copyrightnotice": None})
    (verdict,) = check([bare], wire, topics, [Scope("wire:cnn", own)], now)
    # With the notice's rule gone, its holder and year can't be judged, and hold the story.
    assert [f.rule for f in verdict.failures] == ["copyrightholder", "copyrightyear"]


def test_a_table_in_a_body_counts_by_its_words(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    table = Block(kind="table", text="Town\tVotes\nHarrow\t214", html="<table/>")
    own = rules(body={"expect": "words_between", "field": "body", "min": 4, "max": 4})
    (verdict,) = check(
        [story.model_copy(update={"blocks": (table,)})], wire, topics, [Scope("wire:x", own)], now
    )
    assert verdict.passed


def test_a_process_does_not_grow_with_each_batch(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    own = [Scope("wire:cnn", rules(a={"expect": "present", "field": "byline"}, b={"expect": "web_address"}))]
    batch = [story, story.model_copy(update={"byline": None, "url": None})] * 5

    def objects_after(batches: int) -> int:
        for _ in range(batches):
            check(batch, wire, topics, own, now)
        gc.collect()
        return len(gc.get_objects())

    before = objects_after(3)
    assert objects_after(12) - before < 12 * 20


@pytest.mark.parametrize(
    ("success", "result", "said"),
    [
        (True, {}, "not every story was looked at"),
        (True, {"unexpected_index_list": [], "element_count": 1}, "not every story was looked at"),
        (
            False,
            {"unexpected_index_list": [], "element_count": 2, "unexpected_count": 0},
            "contradicts itself",
        ),
        (
            True,
            {"unexpected_index_list": [{"row": 1}], "element_count": 2, "unexpected_count": 1},
            "contradicts",
        ),
        (
            False,
            {"unexpected_index_list": [{"row": 1}], "element_count": 2, "unexpected_count": 2},
            "contradicts",
        ),
    ],
)
def test_an_answer_that_is_not_whole_is_an_error(success: bool, result: dict[str, Any], said: str) -> None:
    told = SimpleNamespace(success=success, result=result, exception_info={"raised_exception": False})
    assert said in (answer_of(told, 2).error or "")


def test_an_answer_that_is_whole_names_the_rows() -> None:
    result = {"unexpected_index_list": [{"row": 1, "uri": "u"}], "element_count": 2, "unexpected_count": 1}
    told = SimpleNamespace(success=False, result=result, exception_info=None)
    assert answer_of(told, 2) == Answer(frozenset({1}))
    broken = SimpleNamespace(success=True, result=result, exception_info={"m": {"raised_exception": True}})
    assert answer_of(broken, 2) == Answer(error="it raised an error")
