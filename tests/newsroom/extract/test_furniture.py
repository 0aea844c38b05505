"""Lines that are furniture on any site, and those that a wire's file names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.extract.furniture import WireFurniture, is_furniture


@pytest.mark.parametrize(
    "line",
    [
        "The-CNN-Wire",
        "™ & © 2022 Cable News Network, Inc., a WarnerMedia Company. All rights reserved.",
        "Article Topic Follows: CNN - World",
        "Jump to comments ↓",
        "Skip to Content",
        "ADVERTISEMENT",
        "Story continues below advertisement",
        "Read more",
        "Share this article",
        "3 min read",
    ],
)
def test_furniture_is_known_on_any_site(line: str):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Question of tariffs",
        "Read the letter, she said.",
        "He subscribed to the paper.",
        "Twitter bought a boat.",
        "",
    ],
)
def test_prose_is_none(line: str):
    assert not is_furniture(line)


def test_a_wires_own_furniture(shipped):
    rules = WireFurniture(shipped.wires["cnn_newsource"])
    assert rules.is_furniture("ask about  THIS story")
    assert rules.is_furniture("Share on Facebook")
    assert not rules.is_furniture("The share on offer")
    assert rules.ends_story("Be part of the conversation")
    assert not rules.ends_story("They were part of the conversation")


@given(st.text(max_size=600))
def test_no_line_breaks_it(line: str):
    assert is_furniture(line) in (True, False)
