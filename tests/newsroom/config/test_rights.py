from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsroom.config import load
from newsroom.config.rights import Limits, RightsProfile

Write = Callable[[str, str | bytes], Path]

PROFILE = "title: Sample contract\ngrants:\n  full: {}\n  teaser: {excerpt_words: 40}\n"
PARTNER = "name: KRDO\nlicences:\n"


def said(root: Path) -> list[str]:
    return [str(problem) for problem in load(root).problems]


def test_a_contract_and_who_holds_it(root: Path, write: Write) -> None:
    write(
        "rights/sample.yaml",
        """
        title: Sample contract
        timezone: America/Denver
        country: US
        attribution: "{source}, via {provider} (© {year} {holder})"
        licenses: [CC BY, public domain]
        mining: {policy: 'https://wire.example/mining.json'}
        grants:
          full:
            only_in: [US, CA-ON]
            not_in_markets: ["New York, NY"]
            not_before: '2026-11-20T06:00:00-07:00'
        terms:
          - text: No archive
            term_days: 7
          - pattern: 'for use in (?P<only_in>\\w+) only'
        """,
    )
    write(
        "wires/two.yaml",
        "provider: Two\nfeeds: [{id: a, url: 'https://two.example/'}]\nrights: {profile: sample}\n",
    )
    write("partners/krdo.yaml", f"{PARTNER}  - {{profile: sample, valid_from: 2026-01-01}}\n")
    configuration = load(root)
    assert configuration.problems == ()
    profile = configuration.profile_of(configuration.wires["two"])
    assert profile is not None
    assert profile.grants["full"].not_before == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert profile.mining.reserved
    assert configuration.partners["krdo"].licences[0].valid_from == date(2026, 1, 1)
    assert configuration.profile_of(configuration.wires["one"]) is None


def test_days_begin_and_end_by_the_contract_s_clock() -> None:
    profile = RightsProfile(id="p", title="Pe", timezone="America/Denver", grants={"all": Limits()})
    assert profile.begin_of(date(2026, 3, 8)) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert profile.end_of(date(2026, 3, 8)) == datetime(2026, 3, 9, 6, tzinfo=UTC)  # clocks went forward


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("grants: {}", "4: grants: saw {}; wanted at least 1 item"),
        ("grants: {a: {only_in: [UK]}}", "4: grants.a.only_in[0]: saw 'UK'; wanted a code of ISO 3166"),
        ("grants: {a: {channels: [tv]}}", "4: grants.a.channels[0]: saw 'tv'; wanted 'web', 'broadcast'"),
        ("grants: {a: {channels: []}}", "4: grants.a.channels: saw []; wanted at least 1 item"),
        ("grants: {a: {excerpt_words: 0}}", "4: grants.a.excerpt_words: saw 0; wanted greater than or equal"),
        ("grants: {a: {not_before: 2026-11-20}}", "4: grants.a.not_before: saw "),
        (
            "grants: {a: {not_before: '2026-11-20T06:00:00'}}",
            "4: grants.a.not_before: saw '2026-11-20T06:00:00'; wanted a time with its zone, in quotes",
        ),
        ("grants: {a: {territory: [US]}}", "4: grants.a.territory: saw ['US']; no such field is known here"),
        ("attribution: By {reporter}", "4: attribution: saw 'By {reporter}'; wanted open places among"),
        ("attribution: By {source", "4: attribution: saw 'By {source'; wanted a line with open places"),
        ("attribution: '{source:>9999}'", "4: attribution: saw '{source:>9999}'; wanted open places among"),
        ("licenses: [CC-BY]", "4: licenses[0]: saw 'CC-BY'; wanted 'public domain', 'CC0', 'CC BY'"),
        ("terms: [{term_days: 1}]", "4: terms[0]: saw {'term_days': 1}; wanted exactly one of `text`"),
        ("terms: [{text: '--'}]", "4: terms[0]: saw {'text': '--'}; wanted a `text` with a word in it"),
        ("terms: [{pattern: 'a('}]", "4: terms[0].pattern: saw 'a('; wanted a regular expression"),
        ("terms: [{pattern: '.*'}]", "4: terms[0]: saw {'pattern': '.*'}; wanted a `pattern` that needs"),
        (
            "terms: [{pattern: '(?P<where>.+)'}]",
            "wanted groups named only_in, not_in, not_in_markets; saw where",
        ),
        ("open: true", "1: (file): saw "),
    ],
)
def test_a_mistake_in_a_contract_is_told_in_its_place(
    root: Path, write: Write, line: str, wanted: str
) -> None:
    grants = "" if line.startswith("grants") else "grants: {a: {}, b: {}}"
    write("rights/sample.yaml", f"title: Sample\ntimezone: UTC\n{grants}\n{line}\n")
    (problem,) = said(root)
    assert problem.startswith("rights/sample.yaml:")
    assert wanted in problem


@pytest.mark.parametrize(
    ("licence", "wanted"),
    [
        (
            "  - {profile: nothing}",
            "krdo.yaml:3: licences[0].profile: saw 'nothing'; wanted one that is there and right: sample",
        ),
        (
            "  - {profile: sample, grant: ful}",
            "grant: saw 'ful'; wanted one that is there and right, a grant of rights/sample.yaml: full",
        ),
        (
            "  - profile: sample",
            "krdo.yaml:3: licences[0].grant: saw nothing; wanted one that rights/sample.yaml has: full",
        ),
        (
            "  - {profile: sample, grant: full, valid_from: 2027-01-01, valid_until: 2026-01-01}",
            "wanted `valid_from` no later than `valid_until`, saw 2027-01-01 and 2026-01-01",
        ),
        (
            "  - {profile: sample, grant: full, valid_from: soon}",
            "partners/krdo.yaml:3: licences[0].valid_from: saw 'soon'; wanted a valid date",
        ),
        (
            "  - {profile: sample, grant: full, valid_until: 9999-12-31}",
            "licences[0].valid_until: saw 9999-12-31; wanted a day from 1900 to 2199, or none",
        ),
    ],
)
def test_a_mistake_in_a_licence_is_told_in_its_place(
    root: Path, write: Write, licence: str, wanted: str
) -> None:
    write("rights/sample.yaml", PROFILE)
    write("partners/krdo.yaml", f"{PARTNER}{licence}\n")
    (problem,) = said(root)
    assert wanted in problem


def test_a_wire_must_name_a_contract_that_is_there(root: Path, write: Write) -> None:
    write(
        "wires/two.yaml",
        "provider: Two\nfeeds: [{id: a, url: 'https://two.example/'}]\nrights:\n  profile: gone\n",
    )
    wanted = "wanted one that is there and right: none is there"
    assert said(root) == [f"wires/two.yaml:4: rights.profile: saw 'gone'; {wanted}"]


def test_a_broken_contract_is_told_once_and_stops_neither_wire_nor_partner(root: Path, write: Write) -> None:
    write("rights/sample.yaml", "title: Sample\n")
    write(
        "wires/two.yaml",
        "provider: Two\nfeeds: [{id: a, url: 'https://two.example/'}]\nrights: {profile: sample}\n",
    )
    write("partners/krdo.yaml", f"{PARTNER}  - {{profile: sample, grant: full}}\n")
    configuration = load(root)
    assert [str(problem) for problem in configuration.problems] == [
        "rights/sample.yaml:1: grants: saw nothing; this field is needed"
    ]
    assert set(configuration.partners) == {"krdo"}
    assert configuration.profile_of(configuration.wires["two"]) is None
