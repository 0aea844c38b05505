"""Each kind of rule with a story that meets it and one that does not, through Great Expectations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from newsroom.check.validate import Scope, check
from newsroom.config import Holder, Limits, Rights, RightsProfile, RuleSet, Term, TopicMap, Wire
from newsroom.config.rules import BaseRule
from newsroom.story import Finding, Story, paragraph

Rules = Callable[..., RuleSet]
TALKS = datetime(2022, 7, 9, 18, tzinfo=UTC)
CREDIT = "a byline, an author, a source or a credit line"
MAPPED = "a label that topics/cnn.yaml (version 7) leads to a Media Topics code"
UNREAD = "the story as it was read"

CONTRACT = RightsProfile(
    id="cnn",
    title="CNN",
    licenses=("CC BY",),
    terms=(Term(text="No archive", term_days=7),),
    grants={"affiliate": Limits()},
)

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "any_present": (
        {"expect": "any_present"},
        {"byline": None, "source": None, "creditline": "Desk"},
        {"byline": " ", "source": None, "evidence": {"byline": "the top of the page"}},
        f"byline: nothing found; wanted {CREDIT}; looked in the top of the page",
    ),
    "authors count as a credit": (
        {"expect": "any_present"},
        {"byline": None, "source": None, "authors": ("Ada Quill",)},
        {"byline": None, "source": None, "authors": ("",)},
        f"byline: nothing found; wanted {CREDIT}; looked in {UNREAD}",
    ),
    "clean": (
        {"expect": "clean", "lines": ("Jump to comments",)},
        {},
        {"blocks": (paragraph("The story."), paragraph("Jump to comments ↓"), paragraph("© 2022 Station"))},
        (
            "body: saw “Jump to comments ↓” as block 2 of 3 and 1 more; wanted nothing but the story: "
            "no page furniture and no notice line; found in the story's blocks"
        ),
    ),
    "clean of the wire's furniture": (
        {"expect": "clean", "notices": False},
        {"blocks": (paragraph("© 2022 Station"),)},
        {"blocks": (paragraph("Article Topic Follows: CNN - World"),)},
        (
            "body: saw “Article Topic Follows: CNN - World” as block 1 of 1; wanted nothing but the story: "
            "no page furniture; found in the story's blocks"
        ),
    ),
    "in_order": (
        {"expect": "in_order"},
        {"versioncreated": TALKS - timedelta(minutes=5)},
        {"versioncreated": TALKS - timedelta(minutes=6)},
        (
            "versioncreated: saw “2022-07-09T17:54:00+00:00”; wanted no earlier than firstcreated, "
            f"2022-07-09T18:00:00+00:00, by 5 minutes; found in {UNREAD}"
        ),
    ),
    "known_holder": (
        {"expect": "known_holder"},
        {"copyrightholder": "Cable News Network, Inc."},
        {"copyrightholder": "Friends of Cable News Network"},
        (
            "copyrightholder: saw “Friends of Cable News Network”; wanted Cable News Network; "
            "found in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "known_holder of a notice without one": (
        {"expect": "known_holder", "holders": ({"name": "Reuters"},)},
        {"copyrightholder": "Reuters"},
        {"copyrightholder": None},
        (
            "copyrightholder: nothing found; wanted Cable News Network or Reuters; "
            "looked in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "known_topic": (
        {"expect": "known_topic"},
        {},
        {"topics": ("CNN - Wrld",), "subject": ()},
        f"topics: saw “CNN - Wrld”; wanted {MAPPED}; found in {UNREAD}",
    ),
    "known_topic by the map of today": (
        {"expect": "known_topic"},
        {"topics": ("cnn -  world",), "subject": ()},
        {"topics": (), "subject": ()},
        f"topics: nothing found; wanted {MAPPED}; looked in {UNREAD}",
    ),
    "language_among": (
        {"expect": "language_among"},
        {"language": "en-US"},
        {"language": "es"},
        f"language: saw “es”; wanted en, as CNN Newsource says; found in {UNREAD}",
    ),
    "language_among as the feed says": (
        {"expect": "language_among"},
        {"language": "es", "feed": "spanish"},
        {"language": "en", "feed": "spanish"},
        f"language: saw “en”; wanted es, as CNN Newsource says; found in {UNREAD}",
    ),
    "language_among as a partner says": (
        {"expect": "language_among", "languages": ("en", "es-MX")},
        {"language": "es"},
        {"language": None},
        f"language: nothing found; wanted en or es-MX; looked in {UNREAD}",
    ),
    "matches": (
        {
            "expect": "matches",
            "field": "headline",
            "pattern": r"^(?!.*[-|]\s*CNN$)",
            "wanted": "no wire",
        },
        {"headline": "CNN wins a prize"},
        {"headline": "Talks go on - CNN"},
        "headline: saw “Talks go on - CNN”; wanted no wire; found in the page's h1",
    ),
    "no_flags": (
        {"expect": "no_flags", "starts": ("gate.",)},
        {"flags": ("doubt.date: no zone was given", "notgate.x: y")},
        {
            "flags": (
                "doubt.date: no zone",
                "gate.paywall: the page asks to subscribe",
                "gate.bot: it asks who",
            )
        },
        (
            "flags: saw “gate.paywall: the page asks to subscribe; gate.bot: it asks who”; "
            "wanted no flag that begins with gate.; found in the reader's doubts"
        ),
    ),
    "no_flags but some": (
        {"expect": "no_flags", "but": ("gate.",)},
        {"flags": ("gate.paywall: the page asks to subscribe",)},
        {"flags": ("doubt.date: no zone",)},
        "flags: saw “doubt.date: no zone”; wanted no doubt of the reader; found in the reader's doubts",
    ),
    "one_of": (
        {"expect": "one_of", "field": "pubstatus", "values": ("usable",)},
        {},
        {"pubstatus": "withheld"},
        "pubstatus: saw “withheld”; wanted usable; found in the wire's status of the story",
    ),
    "one_of numbers": (
        {"expect": "one_of", "field": "urgency", "values": (1, 2, 3)},
        {"urgency": 3},
        {"urgency": None},
        f"urgency: nothing found; wanted 1, 2 or 3; looked in {UNREAD}",
    ),
    "present": (
        {"expect": "present", "field": "copyrightnotice"},
        {},
        {"copyrightnotice": None},
        (
            "copyrightnotice: nothing found; wanted a notice naming Cable News Network; "
            "looked in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "present topics": (
        {"expect": "present", "field": "topics"},
        {},
        {"topics": ()},
        f"topics: nothing found; wanted a topic of CNN Newsource; looked in {UNREAD}",
    ),
    "present usage terms": (
        {"expect": "present", "field": "usageterms"},
        {"usageterms": "No resale."},
        {"usageterms": "\u00a0"},
        f"usageterms: nothing found; wanted usage terms; looked in {UNREAD}",
    ),
    "publication_year": (
        {"expect": "publication_year"},
        {"copyrightyear": 2021},
        {"copyrightyear": 2020},
        (
            "copyrightyear: saw “2020”; wanted 2022, the year of publication, give or take 1; "
            "found in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "publication_year of a later version": (
        {"expect": "publication_year"},
        {"copyrightyear": 2025, "versioncreated": datetime(2024, 1, 1, 12, tzinfo=UTC)},
        {
            "copyrightyear": 2025,
            "versioncreated": datetime(2024, 1, 1, 3, tzinfo=UTC),
        },  # 2023 in Denver
        (
            "copyrightyear: saw “2025”; wanted 2022 or 2023, the year of publication, give or take 1; "
            "found in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "publication_year without a year": (
        {"expect": "publication_year"},
        {},
        {"copyrightyear": None},
        (
            "copyrightyear: nothing found; wanted 2022, the year of publication, give or take 1; "
            "looked in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "publication_year without a date": (
        {"expect": "publication_year"},
        {},
        {"firstcreated": None, "versioncreated": None},
        (
            "copyrightyear: saw “2022”; wanted the year of publication, and the story has no date; "
            "found in the last 3 paragraphs, the footer and the page's metadata"
        ),
    ),
    "sane_date ahead": (
        {"expect": "sane_date", "field": "firstcreated"},
        {"firstcreated": datetime(2022, 7, 10, 12, 5, tzinfo=UTC)},
        {"firstcreated": datetime(2022, 7, 10, 12, 6, tzinfo=UTC)},
        (
            "firstcreated: saw “2022-07-10T12:06:00+00:00”, 6 minutes ahead; "
            f"wanted at most 3653 days ago and 5 minutes ahead; found in {UNREAD}"
        ),
    ),
    "sane_date long ago": (
        {"expect": "sane_date", "field": "firstcreated", "max_age_days": 30},
        {"firstcreated": datetime(2022, 6, 10, 12, tzinfo=UTC)},
        {"firstcreated": datetime(2022, 6, 10, 11, tzinfo=UTC)},
        (
            "firstcreated: saw “2022-06-10T11:00:00+00:00”, 30 days ago; "
            f"wanted at most 30 days ago and 5 minutes ahead; found in {UNREAD}"
        ),
    ),
    "sane_date needed": (
        {"expect": "sane_date", "field": "firstcreated"},
        {},
        {"firstcreated": None},
        f"firstcreated: nothing found; wanted at most 3653 days ago and 5 minutes ahead; looked in {UNREAD}",
    ),
    "sane_date optional": (
        {"expect": "sane_date", "field": "versioncreated", "optional": True},
        {"versioncreated": None},
        {"versioncreated": datetime(1, 1, 1, tzinfo=UTC)},
        (
            "versioncreated: saw “0001-01-01T00:00:00+00:00”, 738346 days ago; "
            f"wanted at most 3653 days ago and 5 minutes ahead; found in {UNREAD}"
        ),
    ),
    "web_address": (
        {"expect": "web_address"},
        {"url": "http://[2001:db8::1]:8080/a?b=c#d"},
        {"url": "/news/talks"},
        f"url: saw “/news/talks”; wanted an absolute http or https URL; found in {UNREAD}",
    ),
    "words_between": (
        {"expect": "words_between", "field": "headline", "min": 2, "max": 4},
        {"headline": "Talks  go\non today"},
        {"headline": "Talks"},
        "headline: saw 1 word; wanted 2 to 4 words; found in the page's h1",
    ),
    "known_terms": (
        {"expect": "known_terms"},
        {"usageterms": "NO ARCHIVE.", "license": "https://creativecommons.org/licenses/by/4.0/"},
        {"usageterms": "No archive. Not for fan sites."},
        (
            "usageterms: saw “Not for fan sites.” as usageterms; wanted it to be among `terms` of "
            f"rights/cnn.yaml; found in {UNREAD}"
        ),
    ),
    "known_terms in a note": (
        {"expect": "known_terms"},
        {
            "ednote": "Eds: UPDATES with vote.",
            "usageterms": "Resale",
            "evidence": {"usageterms": "wires/cnn.yaml"},
        },
        {"ednote": "Eds: UPDATES with vote. DENVER OUT.", "license": "CC BY"},
        (
            "usageterms: saw “CC BY” as license and saw “DENVER OUT.” as ednote; wanted its version, without "
            "which it has no address to pass on or it to be among `terms` of rights/cnn.yaml; "
            f"found in {UNREAD}"
        ),
    ),
    "words_between none": (
        {"expect": "words_between", "field": "body", "min": 40},
        {},
        {"blocks": ()},
        "body: nothing found; wanted 40 to 100000 words; looked in the story's blocks",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_story_meets_a_rule_or_is_told_why_not(
    case: str, story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    rule, good, bad, reason = CASES[case]
    stories = [story.model_copy(update=good), story.model_copy(update=bad)]
    passed, failed = _findings(stories, rules(it=rule), wire, topics, now)
    assert passed == Finding(rule="it", field=failed.field, severity="critical", passed=True)
    assert not failed.passed
    assert failed.reason == reason
    assert reason.startswith(f"{failed.field}: ")


def test_every_kind_has_a_case() -> None:
    kinds = {case[0]["expect"] for case in CASES.values()}
    assert kinds == {
        get_args(kind.model_fields["expect"].annotation)[0] for kind in BaseRule.__subclasses__()
    }


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://x.example/", "https://", "https:///path", "http:/x.example",
        "//x.example/",
        "https://user:secret@x.example/", "https://x.example/a b", "https://x.example/\nb", "https://x.example/\n",
        "https://x.example:port/", " https://x.example/", "https://x.example\\@y.example/",
        "mailto:a@b.example",
    ],
)  # fmt: skip
def test_no_web_address(
    url: str, story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    stories = [story.model_copy(update={"url": url})]
    (finding,) = _findings(stories, rules(url={"expect": "web_address"}), wire, topics, now)
    assert not finding.passed


def test_a_missing_notice_is_one_reason_not_three(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    named = {
        "holder": {"expect": "known_holder"},
        "year": {"expect": "publication_year"},
    }
    bare = story.model_copy(update={"copyrightnotice": None, "copyrightholder": None, "copyrightyear": None})
    guarded = rules(notice={"expect": "present", "field": "copyrightnotice"}, **named)
    assert _failed([bare], guarded, wire, topics, now) == ["notice"]
    # Nobody else holds the story when the notice's own rule is gone, or says less.
    assert _failed([bare], rules(**named), wire, topics, now) == ["holder", "year"]
    mild = {"expect": "present", "field": "copyrightnotice", "severity": "warning"}
    assert _failed([bare], rules(notice=mild, **named), wire, topics, now) == ["notice", "holder", "year"]


def test_a_wire_without_holders_knows_none(
    story: Story, wire: Wire, topics: TopicMap, now: datetime, rules: Rules
) -> None:
    nobody = wire.model_copy(update={"rights": Rights()})
    (finding,) = _findings([story], rules(it={"expect": "known_holder"}), nobody, topics, now)
    assert "wanted a known holder, and wires/cnn.yaml names none (rights.holders)" in finding.reason
    somebody = wire.model_copy(update={"rights": Rights(holders=(Holder(name="Reuters"),))})
    (finding,) = _findings([story], rules(it={"expect": "known_holder"}), somebody, topics, now)
    assert "wanted Reuters; found" in finding.reason


def _findings(
    stories: list[Story], rules: RuleSet, wire: Wire, topics: TopicMap, now: datetime
) -> list[Finding]:
    scopes = [Scope("wire:cnn", rules)]
    return [v.findings[0] for v in check(stories, wire, topics, scopes, now, profile=CONTRACT)]


def _failed(stories: list[Story], rules: RuleSet, wire: Wire, topics: TopicMap, now: datetime) -> list[str]:
    (verdict,) = check(stories, wire, topics, [Scope("wire:cnn", rules)], now)
    return [finding.rule for finding in verdict.findings if not finding.passed]
