"""Which files of a folder are taken now, and why the others are not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.config import FolderRules
from newsroom.folder.choice import choose
from newsroom.folder.files import EntryKind, File
from newsroom.folder.name import LONGEST, is_fit, names_for

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = FolderRules(names=("*.xml", "*.JSON"), settle_seconds=30)


def file(name: str, age: float = 60, kind: EntryKind = "file") -> File:
    return File(name, 10, NOW - timedelta(seconds=age), kind=kind)


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (file("a.xml", 29), "still_written"),
        (file("a.xml.part"), "unfinished"),
        (file("a.XML.TMP"), "unfinished"),
        (file(".a.xml"), "unfinished"),
        (file("a.txt"), "other_names"),
        (file("inside", kind="folder"), "subfolders"),
        (file("a.xml", kind="link"), "links"),
        (file("a.xml", kind="other"), "odd_kinds"),
        (file("a\u202elmx.xml"), "odd_names"),
        (file("a\n.xml"), "odd_names"),
        (file("x" * 300 + ".xml"), "odd_names"),
    ],
)
def test_what_is_passed_over_is_counted(listed, why):
    choice = choose([listed], RULES, NOW, {})
    assert (choice.ready, dict(choice.passed_over)) == ((), {why: 1})
    assert bool(choice.odd) == (why in ("links", "odd_names", "odd_kinds"))


def test_the_oldest_goes_first_and_case_does_not_count():
    listed = [file("b.xml", 40), file("a.Json", 40), file("c.XML", 50), file("done", kind="folder")]
    choice = choose(listed, RULES, NOW, {})
    assert [each.name for each in choice.ready] == ["c.XML", "a.Json", "b.xml"]
    assert not choice.passed_over


def test_a_file_from_the_future_is_settled_when_it_was_seen_so_for_long_enough():
    ahead = file("a.xml", -3_600)
    first = choose([ahead], RULES, NOW, {})
    assert (first.ready, first.unsure) == ((), (ahead,))
    assert choose([ahead], RULES, NOW, {ahead.id: NOW - timedelta(seconds=29)}).ready == ()
    assert choose([ahead], RULES, NOW, {ahead.id: NOW - timedelta(seconds=30)}).ready == (ahead,)


@given(st.text())
def test_a_fit_name_is_one_files_name(name):
    if is_fit(name):
        assert name == name.rsplit("/", 1)[-1]
        assert len(name.encode()) <= LONGEST
        own, other = names_for(name, "0123456789abcdef")
        assert own == name != other
        assert len(f"{other}.reason.txt".encode()) <= 255


def test_a_name_with_half_a_character_is_not_fit():
    assert not is_fit("a\udc80.xml")


def test_a_name_that_is_no_utf_8_stops_no_other_file():
    choice = choose([file("latin-\udce9.xml", 60), file("a.xml", 60)], RULES, NOW, {})
    assert [each.name for each in choice.ready] == ["a.xml"]
    assert choice.odd == ("'latin-\\udce9.xml'",)
    assert file("latin-\udce9.xml", 60).id != file("latin-\udcea.xml", 60).id
