"""Items of the AP Media API whose control words are of another type than AP's."""

from typing import Any

import orjson
import pytest

from newsroom.extract.page import read as read_story

LINE = "The lighthouse keeper of Halden Bay has counted ships for 31 years; on Monday he counted his last."


def item(**fields: Any) -> bytes:
    told = {"altids": {"itemid": "a1"}, "type": "text", "version": 1, "headline": "The last ship is counted"}
    return orjson.dumps({"data": {"item": told | fields}})


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pubstatus": {"name": "canceled"}}, "withheld"),
        ({"pubstatus": ["usable", "canceled"]}, "canceled"),
        ({"editorialtypes": {"name": "Kill"}}, "withheld"),
        ({"editorialtypes": [{"name": "Kill"}]}, "withheld"),
        ({"embargoed": {"until": "2099-01-01T00:00:00Z"}}, "withheld"),
        ({"embargoed": False, "editorialtypes": []}, "usable"),
    ],
)
def test_a_control_word_of_another_type_withholds(read, document, fields, status):
    (one,) = read(item(**fields)).items
    assert one.pubstatus == status
    assert read_story(document(one, f"<p>{LINE}</p>".encode())).pubstatus == status


@pytest.mark.parametrize(
    ("until", "shown"), [("2026-06-10T10:00:00Z", True), ("2026-06-20T10:00:00Z", False)]
)
def test_a_picture_whose_own_embargo_is_longer_stands_beside_no_story(read, document, until, shown):
    rendition = {"href": "https://p.example/1.jpg", "mimetype": "image/jpeg"}
    picture = {"type": "picture", "embargoed": until, "renditions": {"main": rendition}}
    body = item(versioncreated="2026-06-10T10:00:00Z", associations={"1": picture})
    story = read_story(document(read(body).items[0], f"<p>{LINE}</p>".encode()))
    assert bool(story.media) == shown


@pytest.mark.parametrize(
    "bylines",
    [[{"by": "By IDA MOE"}, {"by": "By PER DAHL"}], ["By IDA MOE", "By PER DAHL"], "IDA MOE and PER DAHL"],
)
def test_each_byline_is_read(read, document, bylines):
    story = read_story(document(read(item(bylines=bylines)).items[0], f"<p>{LINE}</p>".encode()))
    assert story.authors == ("Ida Moe", "Per Dahl")
