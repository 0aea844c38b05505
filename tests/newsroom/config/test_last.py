"""A slip in a file changes nothing of what holds: the file is taken as it was last right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsroom.config import ConfigError, load, written_files
from newsroom.config.last import HELD, load_or_last

TOPICS = "version: '1'\nlabels: {World: ['medtop:20000638']}\n"


@pytest.fixture
def last(root: Path, write: Callable[[str, str | bytes], Path]) -> dict[str, str]:
    """What the files say that are right: a wire with topics, and a contract, a rule set and a partner."""
    write("topics/one.yaml", TOPICS)
    write("rights/one.yaml", "title: Contract\ngrants: {full: {}}\n")
    write("checks/mine.yaml", "title: Mine\nextends: house\nrules: {}\n")
    write("wires/one.yaml", (root / "wires/one.yaml").read_text() + "topics: one\nrights: {profile: one}\n")
    write("partners/a.yaml", "name: KVIA\nproduct: {wires: [one]}\nlicences: [{profile: one, grant: full}]\n"
          "checks: mine\n")  # fmt: skip
    return {str(path.relative_to(root)): path.read_text() for path in written_files(root)}


def without_problems(root, last):
    found = load_or_last(root, lambda: last)
    return found.house, found.wires, found.partners, found.rules, found.topics, found.rights, found.root


def test_without_a_mistake_it_is_what_the_files_say(root, last):
    assert load_or_last(root, dict) == load(root)
    assert load_or_last(root, lambda: last).problems == ()


@pytest.mark.parametrize(
    "name",
    [
        "house.yaml",
        "checks/house.yaml",
        "checks/mine.yaml",
        "topics/one.yaml",
        "rights/one.yaml",
        "wires/one.yaml",
        "partners/a.yaml",
    ],
)
def test_a_file_with_a_slip_is_taken_as_it_was(root, last, name):
    right = without_problems(root, last)
    with (root / name).open("a") as file:
        file.write("no_such_field: [1\n")
    assert without_problems(root, last) == right
    told = load_or_last(root, lambda: last).problems
    assert told[0].file == name
    assert all(str(each).endswith(HELD) for each in told)


def test_a_slip_that_is_seen_only_once_another_is_mended_counts_too(root, last):
    right = without_problems(root, last)
    for name in last:
        with (root / name).open("a") as file:
            file.write("no_such_field: [1\n")
    assert without_problems(root, last) == right
    told = load_or_last(root, lambda: last).problems
    assert {each.file for each in told} == set(last)
    assert all(str(each).endswith(HELD) for each in told)


@pytest.mark.parametrize("name", ["house.yaml", "checks/house.yaml"])
def test_a_folder_that_is_gone_is_no_slip(root, last, name):
    (root / name).unlink()
    with pytest.raises(ConfigError, match=name):
        load_or_last(root, lambda: last)


def test_a_reference_that_leads_nowhere_is_a_slip_too(root, last, write):
    write("wires/one.yaml", last["wires/one.yaml"].replace("topics: one", "topics: two"))
    found = load_or_last(root, lambda: last)
    assert found.wires["one"].topics == "one"
    (problem,) = found.problems
    assert problem.field == "topics"
    assert problem.seen == "'two'"


def test_what_is_new_in_other_files_holds_at_once(root, last, write):
    write("topics/one.yaml", "version: [")
    write("wires/one.yaml", last["wires/one.yaml"].replace("Wire One", "Wire Uno"))
    assert load_or_last(root, lambda: last).wires["one"].provider == "Wire Uno"


def test_a_file_that_was_never_right_is_left_out_and_the_others_are_not(root, last, write):
    write("wires/two.yaml", "provider: [")
    write("wires/one.yaml", "provider: [")
    found = load_or_last(root, lambda: last)
    assert set(found.wires) == {"one"}
    assert {each.file: str(each).endswith(HELD) for each in found.problems} == {
        "wires/one.yaml": True,
        "wires/two.yaml": False,
    }


def test_a_house_that_was_never_right_stops_all(root, write):
    write("house.yaml", "name: [")
    with pytest.raises(ConfigError, match=r"house\.yaml:1"):
        load_or_last(root, dict)
