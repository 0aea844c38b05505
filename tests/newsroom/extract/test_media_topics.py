"""IPTC Media Topics: the project's own three levels, and a newer vocabulary that somebody imports."""

import json
import os
from pathlib import Path

import pytest

from newsroom.extract.media_topics import (
    NotAVocabulary,
    TopicChange,
    compare,
    medtop,
    parse_vocabulary,
    read_vocabulary,
    serialised,
    take,
    vocabulary,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("medtop:20000638", "medtop:20000638"),
        ("20000638", "medtop:20000638"),
        ("http://cv.iptc.org/newscodes/mediatopic/20000638", "medtop:20000638"),
        ("2000063", None),
        ("CNN - World", None),
    ],
)
def test_codes_in_every_form(text, code):
    assert medtop(text) == code


def test_the_projects_own_vocabulary():
    own = vocabulary()
    assert own.name("medtop:20000638") == "international relations"
    assert own.chain("medtop:20000638") == ("medtop:20000638", "medtop:11000000")
    assert own.code_of("Sport") == "medtop:15000000"
    assert (own.name("medtop:00000000"), own.chain("medtop:15000000")) == (None, ("medtop:15000000",))


def test_no_shipped_map_leads_to_a_retired_topic(shipped):
    own = vocabulary()
    codes = {code for one in shipped.topics.values() for codes in one.labels.values() for code in codes}
    assert codes
    assert [code for code in codes if own.is_retired(code)] == []


def test_an_imported_vocabulary_takes_the_place_of_the_projects(tmp_path):
    rows = [
        {"qcode": "medtop:15000000", "name": "sport"},
        {"qcode": "medtop:20009999", "name": "night ferries", "broader": ["medtop:15000000"]},
    ]
    file = tmp_path / "new.json"
    file.write_text(json.dumps(rows), "utf-8")
    assert take(read_vocabulary(file), tmp_path) == tmp_path / "topics" / "media_topics.json"
    assert vocabulary(tmp_path).name("medtop:20009999") == "night ferries"
    assert vocabulary(tmp_path).chain("medtop:20009999") == ("medtop:20009999", "medtop:15000000")


def test_what_is_no_vocabulary_is_refused(tmp_path):
    file = tmp_path / "new.json"
    file.write_text('{"a": 1}', "utf-8")
    with pytest.raises(NotAVocabulary, match="wanted IPTC's Media Topics as JSON"):
        read_vocabulary(file)


def concept(code, name, above=None, retired=None):
    return {
        "uri": f"http://cv.iptc.org/newscodes/mediatopic/{code}",
        "prefLabel": {"de": "…", "en-GB": name},
        "broader": [f"http://cv.iptc.org/newscodes/mediatopic/{above}"] if above else [],
        "retired": retired,
    }


def iptc(*concepts, released="2026-01-01"):
    return json.dumps({"dateReleased": released, "conceptSet": concepts}).encode()


def test_each_change_is_told_with_what_was_and_what_is():
    before = iptc(
        concept("15000000", "sport"),
        concept("20000822", "sport event", "15000000"),
        concept("20000823", "old games", "20000822", retired="2019-05-01T00:00:00"),
        concept("20000824", "ice boats", "20000822"),
        concept("20000825", "lost"),
    )
    after = iptc(
        concept("15000000", "sports"),
        concept("20000822", "sport event", "15000000", retired="2026-01-01T00:00:00"),
        concept("20000823", "old games", "20000822"),
        concept("20000824", "ice sailing", "15000000"),
        concept("20000826", "night ferries"),
    )
    old, new = parse_vocabulary(before, "before.json"), parse_vocabulary(after, "after.json")
    assert compare(old, new) == (
        TopicChange("medtop:15000000", "renamed", "sport", "sports"),
        TopicChange("medtop:20000822", "retired", None, "2026-01-01"),
        TopicChange("medtop:20000823", "in use again", "2019-05-01", None),
        TopicChange("medtop:20000824", "renamed", "ice boats", "ice sailing"),
        TopicChange("medtop:20000824", "moved", "medtop:20000822", "medtop:15000000"),
        TopicChange("medtop:20000825", "removed", "lost", None),
        TopicChange("medtop:20000826", "added", None, "night ferries"),
    )
    assert compare(new, new) == ()
    assert compare(new, parse_vocabulary(serialised(new), "own.json")) == ()


@pytest.mark.parametrize("name", ["mediatopics_2023-10-24.json", "iptc_mapping_2023-10-24_en.json"])
def test_iptcs_own_release_adds_to_the_projects_three_levels_and_changes_nothing(name):
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    whole = read_vocabulary(Path(folder) / "newscodes" / name)
    assert len(whole.concepts) == 1372
    assert {each.change for each in compare(vocabulary(), whole)} == {"added"}
