import time

import pytest

from newsroom.check.furniture import Furniture
from newsroom.config import FurnitureRule, config_root, load
from newsroom.config.rules import Clean
from newsroom.story import Block, Story, paragraph

LINES = ("Skip to Content", "Jump to comments", "BE PART OF THE CONVERSATION")
STARTS = ("Sign up for our newsletter", "Please keep your comments")
FURNITURE = Furniture.of(LINES, STARTS, (), notices=True)


def found(text: str, furniture: Furniture = FURNITURE) -> list[str]:
    story = Story(uri="urn:x:1", wire="w", provider="W", blocks=(paragraph("The story."), paragraph(text)))
    assert all(number == 2 for number, _ in furniture.found_in(story))
    return [line for _, line in furniture.found_in(story)]


@pytest.mark.parametrize(
    "line",
    [
        "Skip to Content",
        "  skip   to content ",
        "Jump to comments ↓",
        "► Jump to comments:",
        "Be part of the conversation",
        "SIGN UP FOR OUR NEWSLETTER and never miss a thing",
        "Please keep your comments respectful and relevant.",
        "™ & © 2022 Cable News Network, Inc., a WarnerMedia Company. All rights reserved.",
        "TM & © 2022 Cable News Network",
        "©2026 Cable News Network. A Warner Bros. Discovery Company. All Rights",
        "© Reuters",
        "Copyright 2018 The Associated Press. All rights reserved. This material may not be published.",
        "Copyright2017 The Associated Press.",
        "Copyright (c) 2024 Turner Broadcasting System, Inc. All Rights Reserved.",
        "(c) Copyright Thomson Reuters 2013. Click For Restrictions",
        "(c)2018 The San Diego Union-Tribune",
        "Copyright Business Wire 2024. This content is intended for editorial use only.",
        "Copyright Business Wire. Todos los derechos reservados.",
        "Derechos Reservados © 2021 Infobae",
        "...the surviving students.Copyright 2015 The Associated Press. All rights reserved.",
    ],
)
def test_what_is_not_the_story_is_found(line: str) -> None:
    assert found(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "He said the Copyright 2020 debate in Congress was far from over.",
        "All rights reserved for members, the club said.",
        "Copyright disputes rose in 2020.",
        "Copyright law is older than the radio.",
        "(c) A third clause would let the towns opt out.",
        "She asked them to skip to content that they knew.",
        "They jump to comments quickly, he said.",
        "“Please keep it,” she said.",
        "The sign © was painted on the door.",
        "",
        "↓",
    ],
)
def test_prose_is_left_alone(line: str) -> None:
    assert found(line) == []


def test_every_line_of_a_list_is_looked_at() -> None:
    items = Block(kind="list", text="One\nJump to comments\nTwo\nSkip to content", html="<ul/>")
    story = Story(uri="urn:x:1", wire="w", provider="W", blocks=(items,))
    assert list(FURNITURE.found_in(story)) == [(1, "Jump to comments"), (1, "Skip to content")]


def test_a_wire_s_own_furniture_counts() -> None:
    own = (
        FurnitureRule(line="Ask about this"),
        FurnitureRule(starts="More from"),
        FurnitureRule(from_here="Article Topic Follows:"),
    )
    furniture = Furniture.of((), (), own, notices=False)
    assert found("Ask about this", furniture)
    assert found("More from the desk", furniture)
    assert found("Article Topic Follows: CNN - World", furniture)
    assert not found("Ask about this story", furniture)
    assert not found("© 2022 Cable News Network", furniture)


def test_a_phrase_of_marks_alone_matches_nothing() -> None:
    furniture = Furniture.of(("...",), ("→→",), (), notices=False)
    assert not found("The story goes on.", furniture)
    assert not found("...", furniture)


def test_a_hostile_line_costs_little() -> None:
    start = time.process_time()
    for line in ("*" * 100_000, "copyright " * 5_000, "© " * 20_000, "(c)(c)" * 10_000):
        found(line)
    assert time.process_time() - start < 1


def test_the_house_s_list_finds_the_station_s_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSROOM_CONFIG", raising=False)
    rule = load(config_root()).rules["house"].rules["body_clean"]
    assert isinstance(rule, Clean)
    furniture = Furniture.of(rule.lines, rule.starts, (), notices=rule.notices)
    for line in (
        "Skip to Content",
        "Article Topic Follows: CNN - World",
        "Jump to comments ↓",
        "BE PART OF THE CONVERSATION",
        "Please keep your comments respectful and relevant. You can review our Community Guidelines",
        "If you would like to share a story idea, please submit it here.",
    ):
        assert found(line, furniture) == [line]
