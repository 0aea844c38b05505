from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from newsroom.config import ConfigError, Configuration, Rule, load
from newsroom.config.rules import Present, RuleFile, WordsBetween
from newsroom.config.yaml_file import read_yaml

Write = Callable[[str, str | bytes], Path]
KINDS: tuple[type[BaseModel], ...] = get_args(get_args(Rule)[0])


def loaded(root: Path) -> tuple[Configuration, list[str]]:
    configuration = load(root)
    return configuration, [str(problem) for problem in configuration.problems]


def test_a_file_changes_and_drops_single_rules(root: Path, write: Write) -> None:
    write(
        "checks/house.yaml",
        "title: House\nrules:\n  a: {expect: present, field: url}\n  b: {expect: present, field: body}\n"
        "  c: {expect: web_address}\n",
    )
    write(
        "checks/one.yaml",
        "title: One\nextends: house\n"
        "rules:\n  b: {expect: words_between, field: body, min: 9, severity: warning}\n"
        "  d: {expect: known_topic}\noff:\n  c: its feed has no addresses\n",
    )
    write("checks/two.yaml", "title: Two\nextends: one\noff: {d: topics come by another way}\n")
    configuration, problems = loaded(root)
    assert problems == []
    one = configuration.rules["one"]
    assert list(one.rules) == ["a", "b", "d"]
    assert one.rules["a"] == Present(expect="present", field="url")
    assert one.rules["b"] == WordsBetween(expect="words_between", field="body", min=9, severity="warning")
    two = configuration.rules["two"]
    assert list(two.rules) == ["a", "b"]
    assert two.lineage == ("two", "one", "house")
    assert two.off == {"c": "its feed has no addresses", "d": "topics come by another way"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: One\n", "1: rules: saw nothing; wanted at least one rule, or `extends: house`"),
        ("title: One\nextends: nothing\n", "2: extends: saw 'nothing'; wanted one that is there and right"),
        ("title: One\nextends: one\n",
         "2: extends: saw 'one'; wanted one that is there and right, in no circle"),
        ("title: One\nextends: house\noff: {headlin: it has its reasons}\n",
         "3: off.headlin: saw 'headlin'; wanted a rule of the file that is extended: headline"),
        ("title: One\noff:\n  headline: it has its reasons\n",
         "3: off.headline: saw 'headline'; wanted a rule of the file that is extended: none, for nothing is"),
        ("title: One\nextends: house\noff:\n  headline: no\n",
         "4: off.headline: saw 'no'; wanted at least 10 characters"),
        ("title: One\nextends: house\noff:\n  headline:\n",
         "4: off.headline: saw nothing; wanted a valid string"),
        ("title: One\nextends: house\noff: {headline: every story lacks one}\n",
         "1: rules: saw nothing; wanted at least one rule"),
        (("title: One\nextends: house\nrules:\n  headline: {expect: web_address}\n"
         "off:\n  headline: both at once\n"),
         "6: off.headline: saw 'headline'; wanted a rule either written here or switched off, not both"),
        ("title: One\nrules:\n  a: {field: url}\n", "3: rules.a.expect: saw nothing; this field is needed"),
        ("title: One\nrules:\n  a: {expect: presen, field: url}\n",
         ("3: rules.a.expect: saw 'presen'; wanted one of 'any_present', 'clean', 'in_order', "
         "'known_holder', 'known_terms', 'known_topic', 'language_among', 'matches', 'no_flags', 'one_of', "
         "'present', "
         "'publication_year', 'sane_date', 'web_address', 'words_between'")),
        ("title: One\nrules:\n  a:\n    expect: present\n    field: heading\n",
         "5: rules.a.field: saw 'heading'; wanted 'uri', 'wire_id', 'url', 'headline'"),
        ("title: One\nrules:\n  a: {expect: present, field: url, severity: fatal}\n",
         "3: rules.a.severity: saw 'fatal'; wanted 'critical' or 'warning'"),
        ("title: One\nrules:\n  a: {expect: web_address, field: url}\n",
         "3: rules.a.field: saw 'url'; no such field is known here; wanted one of severity, expect"),
        ("title: One\nrules:\n  a: {expect: words_between, field: body, minimum: 3}\n",
         ("3: rules.a.minimum: saw 3; no such field is known here (did you mean min?); "
         "wanted one of severity, expect, field, min, max")),
        ("title: One\nrules:\n  a: {expect: words_between, field: body, min: 9, max: 3}\n",
         ("3: rules.a: saw {'expect': 'words_between', 'field': 'body', 'min': 9, 'max': 3}; "
         "wanted `min` no larger than `max`, saw 9 and 3")),
        ("title: One\nrules:\n  a: {expect: matches, field: url, pattern: '(', wanted: a page}\n",
         "3: rules.a.pattern: saw '('; wanted a regular expression of Python (missing ), unterminated"),
        ("title: One\nrules:\n  A b: {expect: web_address}\n",
         "3: rules.A b: saw 'A b'; wanted lower-case letters, digits and _, at most 48"),
        ("title: One\nrules: [web_address]\n",
         "2: rules: saw ['web_address']; wanted fields, as `name: value`"),
        ("title: One\nrules:\n  a: web_address\n", "3: rules.a: saw 'web_address'; wanted fields, as"),
        ("title: One\nrules:\n  a: {expect: language_among, languages: [english]}\n",
         "3: rules.a.languages[0]: saw 'english'; wanted a BCP 47 language tag such as en or es-MX"),
        ("title: One\nrules:\n  a: {expect: clean, lines: [x]}\n",
         "3: rules.a.lines[0]: saw 'x'; wanted at least 2 characters"),
        ("title: One\nrules:\n  a: {expect: any_present, fields: []}\n",
         "3: rules.a.fields: saw []; wanted at least 1 item, not 0"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_its_place(root: Path, write: Write, text: str, said: str) -> None:
    write("checks/one.yaml", text)
    configuration, problems = loaded(root)
    assert list(configuration.rules) == ["house"]
    assert len(problems) == 1
    assert problems[0].startswith(f"checks/one.yaml:{said}")


def test_a_circle_and_a_broken_base_leave_out_only_what_hangs_on_them(root: Path, write: Write) -> None:
    write("checks/a.yaml", "title: Aa\nextends: b\n")
    write("checks/b.yaml", "title: Bb\nextends: a\n")
    write("checks/c.yaml", "title: Cc\nextends: d\n")
    write("checks/d.yaml", "title: Dd\nextends: house\nrules: 3\n")
    write("checks/e.yaml", "title: Ee\nextends: house\n")
    configuration, problems = loaded(root)
    assert set(configuration.rules) == {"house", "e"}
    wanted = "wanted one that is there and right, in no circle: e, house"
    assert problems == [
        "checks/d.yaml:3: rules: saw 3; wanted fields, as `name: value`",
        f"checks/a.yaml:2: extends: saw 'b'; {wanted}",
        f"checks/b.yaml:2: extends: saw 'a'; {wanted}",
        f"checks/c.yaml:2: extends: saw 'd'; {wanted}",
    ]


def test_no_kind_is_called_like_a_field() -> None:
    """An error's place is told from a kind's name by that (yaml_file)."""
    kinds = {get_args(kind.model_fields["expect"].annotation)[0] for kind in KINDS}
    assert len(kinds) == len(KINDS)
    assert not kinds & {name for kind in KINDS for name in kind.model_fields}


def test_a_rule_is_frozen(write: Write) -> None:
    path = write("one.yaml", "title: One\nrules:\n  a: {expect: web_address}\n")
    rule = read_yaml(path, RuleFile, named=True).rules["a"]
    with pytest.raises(ValueError, match="frozen"):
        setattr(rule, "severity", "warning")  # noqa: B010  mypy knows that it can't be set


def test_numbers_are_no_truth_values(write: Write) -> None:
    path = write(
        "one.yaml", "title: One\nrules:\n  a: {expect: sane_date, field: firstcreated, optional: 1}\n"
    )
    with pytest.raises(ConfigError, match=r"rules\.a\.optional: saw 1; wanted a valid boolean"):
        read_yaml(path, RuleFile, named=True)
