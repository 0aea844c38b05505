from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from newsroom.config import Feed, FurnitureRule, Politeness, TopicMap, Wire


def wire(**fields: object) -> Wire:
    feeds = (Feed(id="world", url="https://wire.example/rss"),)
    return Wire.model_validate({"id": "one", "provider": "Wire One", "feeds": feeds, **fields})


@pytest.mark.parametrize(
    ("schedule", "interval"),
    [
        ("every 1 minutes", timedelta(minutes=1)),
        ("every 30 seconds", timedelta(seconds=30)),
        ("every 2 hours", timedelta(hours=2)),
        ("*/5 6-23 * * 1-5", "*/5 6-23 * * 1-5"),
    ],
)
def test_schedules(schedule: str, interval: timedelta | str) -> None:
    assert wire(schedule=schedule).interval == interval


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("schedule", "sometimes", "every N seconds"),
        ("schedule", "@daily", "every N seconds"),
        ("schedule", "every 5 minutes please", "every N seconds"),
        ("schedule", "61 * * * *", "every N seconds"),
        ("schedule", "every 0 minutes", "every N seconds"),
        ("schedule", "every 100000 hours", "every N seconds"),
        ("schedule", "0 6 30 2 *", "days that come"),
        ("timezone", "Denver", "IANA time zone"),
        ("language", "English", "BCP 47"),
        ("checks", "House", "lower-case letters"),
        ("feeds", (), "at least 1 item"),
        ("provider", "X", "at least 2 characters"),
    ],
)
def test_mistakes(field: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        wire(**{field: value})


@pytest.mark.parametrize(
    "url",
    [
        "ftp://wire.example/",
        "//wire.example/rss",
        "https:///rss",
        "https://wire.example:port/",
        "https://user:secret@wire.example/",
        "http://[::1/",
    ],
)
def test_a_feed_s_url_is_a_web_address(url: str) -> None:
    with pytest.raises(ValidationError, match="wanted a"):
        Feed(id="world", url=url)


def test_a_folder_is_an_address_that_ends_with_a_slash() -> None:
    folder = Feed(id="files", url="s3://wire-inbox/stories")
    assert (folder.url, folder.is_folder) == ("s3://wire-inbox/stories/", True)
    assert folder.folder_rules.done == "done"
    assert Feed(id="files", url="sftp://wire.example:2222/out", connection="wire_sftp").is_folder
    assert not Feed(id="files", url="https://wire.example/rss").is_folder


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"url": "s3://B/"}, "a bucket's name"),
        ({"url": "s3:///folder"}, "wanted s3://bucket/folder/"),
        ({"url": "s3://wire-inbox/a/../b"}, "a folder's plain path"),
        ({"url": "s3://wire-inbox/a?b"}, "a folder's plain path"),
        ({"url": "s3://key:secret@wire-inbox/"}, "put those into a connection"),
        ({"url": "sftp://wire.example/out/"}, "wanted a `connection`"),
        ({"url": "https://wire.example/rss", "folder": {}}, "only with an s3:// or sftp:// url"),
        ({"url": "s3://wire-inbox/", "connection": "a-b"}, "should match pattern"),
        ({"url": "s3://wire-inbox/", "folder": {"done": "x", "failed": "x"}}, "two different folders"),
        ({"url": "s3://wire-inbox/", "folder": {"done": "../x"}}, "one folder's name"),
        ({"url": "s3://wire-inbox/", "folder": {"names": ["a/*.xml"]}}, "a pattern of a file's name"),
    ],
)
def test_mistakes_in_a_folder(said: dict[str, object], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        Feed.model_validate({"id": "files", **said})


@pytest.mark.parametrize("fields", [{}, {"line": "Share", "starts": "Share"}, {"line": ""}])
def test_furniture_is_exactly_one_of_three(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        FurnitureRule(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"private_addresses": ("localhost",)},
        {"ports": (0,)},
        {"ports": (65_536,)},
        {"gap_seconds": -1},
        {"deadline_seconds": 0},
        {"max_bytes": 10**12},
        {"robots": "ignore"},
    ],
)
def test_politeness_has_bounds(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Politeness.model_validate(fields)


def test_a_topic_s_label_is_found_in_any_case() -> None:
    topics = TopicMap(id="one", version="1", labels={"CNN -  World": ("medtop:16000000",)})
    assert topics.codes("cnn - world") == ("medtop:16000000",)
    assert topics.codes("CNN-World") == ()
    with pytest.raises(ValidationError, match="medtop:16000000"):
        TopicMap(id="one", version="1", labels={"World": ("world",)})


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"url": "http://wire.example/feed", "connection": "x"}, "wanted an https url"),
        ({"url": "http://127.0.0.1.wire.example/feed", "connection": "x"}, "wanted an https url"),
        ({"url": "https://wire.example/feed?q=1&ApiKey=2", "connection": "x"}, "without `apikey`"),
        ({"url": "https://wire.example/feed?apikey=", "kind": "ap_media"}, "without `apikey`"),
    ],
)
def test_mistakes_in_an_api(said: dict[str, object], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        Feed.model_validate({"id": "api", **said})


def test_an_api() -> None:
    assert Feed(id="api", url="https://wire.example/feed?q=1", connection="x").connection == "x"
    assert Feed(id="api", url="http://127.0.0.1:8080/feed", connection="x").connection == "x"


@pytest.mark.parametrize(
    ("schedule", "minutes", "overdue"),
    [
        ("every 5 minutes", 24, False),
        ("every 5 minutes", 26, True),
        ("every 2 hours", 254, False),
        ("every 2 hours", 256, True),
        # Asked at 22:00 in Denver: the turns that follow are at 06:00 and 07:00 there.
        ("0 6-22 * * *", 9 * 60 + 14, False),
        ("0 6-22 * * *", 9 * 60 + 16, True),
    ],
)
def test_a_feed_is_overdue_when_it_missed_two_turns(schedule: str, minutes: int, overdue: bool) -> None:
    asked = datetime(2026, 11, 20, 5, tzinfo=UTC)
    by_denver = {"schedule": schedule, "timezone": "America/Denver"}
    assert wire(**by_denver).is_overdue(asked, asked + timedelta(minutes=minutes)) is overdue
    assert not wire(**by_denver, enabled=False).is_overdue(asked, asked + timedelta(days=9))
