"""IPTC Media Topics: the project's own three levels, and a newer vocabulary that somebody imports."""

import json

import pytest

from newsroom.extract.media_topics import NotAVocabulary, import_topics, medtop, vocabulary


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
    import_topics(file, tmp_path)
    assert vocabulary(tmp_path).name("medtop:20009999") == "night ferries"
    assert vocabulary(tmp_path).chain("medtop:20009999") == ("medtop:20009999", "medtop:15000000")


def test_what_is_no_vocabulary_is_refused(tmp_path):
    file = tmp_path / "new.json"
    file.write_text('{"a": 1}', "utf-8")
    with pytest.raises(NotAVocabulary):
        import_topics(file, tmp_path)
    assert vocabulary(tmp_path).name("medtop:20000638") == "international relations"
