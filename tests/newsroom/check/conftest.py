from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from newsroom.config import Feed, FurnitureRule, Holder, Rights, RuleSet, TopicMap, Wire
from newsroom.story import Story, Subject, paragraph

NOTICE = "™ & © 2022 Cable News Network, Inc., a WarnerMedia Company. All rights reserved."
LOOKED = "the last 3 paragraphs, the footer and the page's metadata"


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2022, 7, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def wire() -> Wire:
    return Wire(
        id="cnn",
        provider="CNN Newsource",
        timezone="America/Denver",
        feeds=(
            Feed(id="world", url="https://wire.example/world"),
            Feed(id="spanish", url="https://wire.example/es", language="es"),
        ),
        rights=Rights(holders=(Holder(name="Cable News Network", aliases=("CNN",)),)),
        furniture=(FurnitureRule(from_here="Article Topic Follows:"), FurnitureRule(line="Ask about this")),
    )


@pytest.fixture(scope="session")
def topics() -> TopicMap:
    return TopicMap(id="cnn", version="7", labels={"CNN - World": ("medtop:11000000",)})


@pytest.fixture(scope="session")
def story() -> Story:
    """A story with which no rule of the house finds fault."""
    return Story(
        uri="urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d11",
        wire="cnn",
        provider="CNN Newsource",
        feed="world",
        url="https://station.example/news/2022/07/09/talks/",
        headline="Ministers meet on the island to talk about fish",
        byline="Reuters",
        source="Reuters",
        blocks=tuple(paragraph(f"The ministers spoke for {n} hours about the fish.") for n in range(9)),
        copyrightnotice=NOTICE,
        copyrightholder="Cable News Network, Inc., a WarnerMedia Company",
        copyrightyear=2022,
        topics=("CNN - World",),
        subject=(Subject(code="medtop:11000000", name="politics", label="CNN - World"),),
        language="en",
        firstcreated=datetime(2022, 7, 9, 18, tzinfo=UTC),
        versioncreated=datetime(2022, 7, 9, 19, tzinfo=UTC),
        evidence={"copyrightnotice": LOOKED, "headline": "the page's h1"},
    )


@pytest.fixture(scope="session")
def rules() -> Callable[..., RuleSet]:
    """Makes a rule set of rules as a file would have them."""

    def rules(**named: dict[str, Any]) -> RuleSet:
        return RuleSet.model_validate({"id": "own", "title": "Own rules", "rules": named})

    return rules
