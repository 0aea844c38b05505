from datetime import timedelta

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
