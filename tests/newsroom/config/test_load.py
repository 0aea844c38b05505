from collections.abc import Callable
from pathlib import Path

import pytest

from newsroom.config import ConfigError, config_root, load

Write = Callable[[str, str | bytes], Path]


def said(root: Path) -> list[str]:
    return [str(problem) for problem in load(root).problems]


def test_a_configuration_without_a_mistake(root: Path, write: Write) -> None:
    write("topics/one.yaml", "version: '1'\nlabels:\n  World News: ['medtop:16000000']\n")
    write("wires/two.yaml", "provider: Two\ntopics: one\nfeeds: [{id: a, url: 'https://two.example/'}]\n")
    write("partners/krdo.yaml", "name: KRDO\nproduct: {wires: [one, two]}\n")
    configuration = load(root)
    assert configuration.problems == ()
    assert list(configuration.wires) == ["one", "two"]
    assert configuration.topics_of(configuration.wires["one"]).labels == {}
    assert configuration.topics_of(configuration.wires["two"]).codes(" world  NEWS") == ("medtop:16000000",)
    assert list(configuration.rules_of(configuration.wires["one"]).rules) == ["headline"]


def test_one_broken_file_leaves_its_neighbours(root: Path, write: Write) -> None:
    write("wires/broken.yaml", "provider: Broken\nfeeds:\n  - {id: a, url: 'ftp://wire.example'}\n")
    write("wires/torn.yaml", "provider: [")
    write("partners/none.yaml", "nam: None\n")
    configuration = load(root)
    assert list(configuration.wires) == ["one"]
    assert [str(problem) for problem in configuration.problems] == [
        (
            "wires/broken.yaml:3: feeds[0].url: saw 'ftp://wire.example'; "
            "wanted an http, https, s3 or sftp URL"
        ),
        "wires/torn.yaml:1: (file): saw expected the node content, but found '<stream end>'; wanted YAML",
        "partners/none.yaml:1: name: saw nothing; this field is needed",
        (
            "partners/none.yaml:1: nam: saw 'None'; no such field is known here (did you mean name?); "
            "wanted one of id, name, site, language, owner, "
            "enabled, product, formats, checks, publishes, licences, push, max_age_seconds, archive_days"
        ),
    ]


def test_references_lead_somewhere(root: Path, write: Write) -> None:
    write("checks/own.yaml", "title: Own\nrules:\n  url: {expect: web_address}\n")
    feeds = "feeds:\n  - {id: a, url: 'https://wire.example'}\n  - {id: a, url: 'https://wire.example/b'}\n"
    write("wires/two.yaml", f"provider: Two\n{feeds}topics: nowhere\nchecks: nothing\n")
    write("wires/three.yaml", "provider: Three\nfeeds: [{id: a, url: 'https://a.example'}]\nchecks: own\n")
    wires = "product:\n  wires:\n    - one\n    - four\n  prefer: [five]\n"
    write("partners/p.yaml", f"name: Pe\nchecks: gone\n{wires}")
    assert said(root) == [
        (
            "wires/three.yaml:3: checks: saw 'own'; wanted one that is there and right, "
            "with house rules in it: house"
        ),
        (
            "wires/two.yaml:6: checks: saw 'nothing'; wanted one that is there and right, "
            "with house rules in it: house"
        ),
        "wires/two.yaml:5: topics: saw 'nowhere'; wanted one that is there and right: none is there",
        "wires/two.yaml:4: feeds[1].id: saw 'a'; wanted another id: an earlier one of this list has it",
        "partners/p.yaml:2: checks: saw 'gone'; wanted one that is there and right: house, own",
        (
            "partners/p.yaml:6: product.wires[1]: saw 'four'; "
            "wanted one that is there and right: one, three, two"
        ),
        (
            "partners/p.yaml:7: product.prefer[0]: saw 'five'; "
            "wanted one that is there and right: one, three, two"
        ),
    ]


def test_a_wire_whose_file_is_broken_is_told_once(root: Path, write: Write) -> None:
    write("wires/one.yaml", "provider: One\n")
    write("partners/p.yaml", "name: Pe\nproduct: {wires: [one]}\n")
    assert said(root) == ["wires/one.yaml:1: feeds: saw nothing; this field is needed"]


def test_another_ending_is_told_and_hidden_files_are_not_meant(root: Path, write: Write) -> None:
    write("wires/two.yml", "provider: Two\n")
    write("wires/.#one.yaml", "half written")
    write("wires/notes.txt", "anything")
    assert said(root) == ["wires/two.yml:1: (file): saw '.yml'; wanted the ending .yaml: rename it two.yaml"]


def test_a_file_name_is_an_id(root: Path, write: Write) -> None:
    write("partners/K-RDO.yaml", "name: KRDO\n")
    assert said(root) == [
        "partners/K-RDO.yaml:1: id: saw 'K-RDO'; wanted lower-case letters, digits and _, at most 48"
    ]


@pytest.mark.parametrize(
    ("house", "rules", "said"),
    [
        (None, "", "house.yaml:1: (file): saw No such file or directory; wanted a readable file"),
        ("name: N\n", "", "house.yaml:1: name: saw 'N'; wanted at least 2 characters"),
        (
            "name: Newsroom\ncontact: a@b.example\n",
            None,
            "checks/house.yaml:1: (file): saw nothing; wanted the house",
        ),
        (
            "name: Newsroom\ncontact: a@b.example\n",
            "title: House\n",
            "checks/house.yaml:1: rules: saw nothing; wanted at least one rule, or `extends: house`",
        ),
    ],
)
def test_without_house_or_house_rules_nothing_is_judged(
    tmp_path: Path, write: Write, house: str | None, rules: str | None, said: str
) -> None:
    if house is not None:
        write("house.yaml", house)
    if rules is not None:
        write("checks/house.yaml", rules)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(said)


def test_the_folder_is_the_checkout_s_or_the_environment_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NEWSROOM_CONFIG", raising=False)
    assert (config_root() / "checks" / "house.yaml").is_file()
    monkeypatch.setenv("NEWSROOM_CONFIG", str(tmp_path))
    assert config_root() == tmp_path


def test_what_is_shipped_has_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSROOM_CONFIG", raising=False)
    configuration = load()
    assert configuration.problems == ()
    for wire in configuration.wires.values():
        assert "copyrightnotice" in configuration.rules_of(wire).rules or wire.checks == "public_domain"
        assert "gates" in configuration.rules_of(wire).rules
