"""Topics as an engineer mends them: labels that lead nowhere, and a newer vocabulary."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from newsroom.extract.media_topics import serialised, vocabulary
from newsroom.store.catalogue import Catalogue
from newsroom.store.revisions import Draft, file_stories
from newsroom.story import Story, paragraph, story_uri

LABEL = "CNN - Oddities"


@pytest.fixture
def newer(tmp_path):
    """Writes today's vocabulary as the release of another day, with changes by code."""

    def write(release="2026-11-01", **changes):
        told = json.loads(serialised(vocabulary()))
        told["release"] = release
        told["concepts"] = [changes.get(f"m{row[0]}", row) for row in told["concepts"]]
        told["concepts"] = [row for row in told["concepts"] if row] + changes.get("more", [])
        path = tmp_path / "newer.json"
        path.write_text(json.dumps(told), "utf-8")
        return str(path)

    return write


def draft(identity, text, *labels):
    story = Story(
        uri=story_uri("cnn_newsource", identity),
        wire="cnn_newsource",
        provider="CNN Newsource",
        headline=f"Parrot {identity}",
        blocks=(paragraph(text),),
        topics=labels,
        unmapped=labels,
    )
    return Draft(story, ("raw/cnn_newsource/00/1",), identity, "0")


def test_an_unmapped_label_is_counted_until_its_map_knows_it(newsroom, config, bucket, monkeypatch, tmp_path):
    with closing(Catalogue.open()) as catalogue:
        for hour, drafts in (
            (1, [draft("1", "It calls.", LABEL), draft("2", "It sings.", LABEL, "Birds")]),
            (2, [draft("1", "It calls and calls.", LABEL)]),
        ):
            at = datetime(2026, 11, 20, hour, tzinfo=UTC)
            file_stories(bucket, catalogue, drafts, reader="test", run=None, now=at)
    row, other = newsroom("topics", "unmapped", "--json").json
    assert (row["wire"], row["label"], row["stories"]) == ("cnn_newsource", LABEL, 2)
    assert (row["first_seen"][:13], row["last_seen"][:13]) == ("2026-11-20T01", "2026-11-20T02")
    assert row["example"] == f"Parrot 1 ({story_uri('cnn_newsource', '1')})"
    assert row["add_to"] == "topics/cnn_newsource.yaml"
    assert (other["label"], other["stories"]) == ("Birds", 1)
    assert LABEL in newsroom("topics", "unmapped").out
    assert newsroom("topics", "unmapped", "--wire", "public_agency", "--json").json == []
    assert newsroom("topics", "unmapped", "--wire", "nobody").code == 2

    monkeypatch.setenv("NEWSROOM_CATALOGUE", f"sqlite:///{tmp_path / 'anew.db'}")
    newsroom("reindex")
    assert newsroom("topics", "unmapped", "--json").json == [row, other]

    path = config / "topics" / "cnn_newsource.yaml"
    path.write_text(path.read_text() + f'  {LABEL}: ["medtop:08000000"]\n')
    assert newsroom("topics", "unmapped", "--json").json == [other]


def test_a_newer_vocabulary_is_taken_with_a_report(newsroom, config, newer):
    file = newer(
        m15000000=["15000000", "sports", [], None],
        m20000638=["20000638", "international relations", ["11000000"], "2026-10-01"],
        more=[["20009999", "night ferries", ["15000000"], None]],
    )
    tried = newsroom("topics", "import", file, "--dry-run", "--json").json
    assert tried["written"] is None
    assert not (config / "topics" / "media_topics.json").exists()
    said = newsroom("topics", "import", file, "--json").json
    assert (said["release"], said["changes"]) == ("2026-11-01", tried["changes"])
    assert said["counts"] == {"renamed": 1, "retired": 1, "added": 1}
    told = {each["code"]: each for each in said["changes"]}
    assert told["medtop:15000000"]["before"] == "sport"
    assert "topics/cnn_newsource.yaml (CNN - World)" in told["medtop:20000638"]["used_by"]
    assert vocabulary(config).name("medtop:20009999") == "night ferries"
    assert newsroom("topics", "import", file, "--json").json["changes"] == []


def test_an_older_or_poorer_vocabulary_is_refused(newsroom, config, newer, tmp_path):
    older = newsroom("topics", "import", newer(release="2020-01-01"))
    assert (older.code, "saw the release of 2020-01-01" in older.err) == (2, True)
    poorer = newsroom("topics", "import", newer(m20000638=None))
    assert (poorer.code, "topics/cnn_newsource.yaml (CNN - World)" in poorer.err) == (2, True)
    none = tmp_path / "none.json"
    none.write_text("{}")
    assert "wanted IPTC's Media Topics as JSON" in newsroom("topics", "import", str(none)).err
    assert not (config / "topics" / "media_topics.json").exists()
