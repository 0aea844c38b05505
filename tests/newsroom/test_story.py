"""What makes two readings of a story the same revision."""

from datetime import UTC, datetime

import pytest

from newsroom.story import Story

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
STORY = Story(uri="urn:uuid:1", wire="sample", provider="Sample", headline="Council votes")


@pytest.mark.parametrize("field", ["wire_id", "wire_version"])
def test_what_only_names_a_version_is_no_content(field):
    assert STORY.model_copy(update={field: "2"}).content_hash == STORY.content_hash


@pytest.mark.parametrize("said", [{"headline": "Council waits"}, {"expires": NOON}, {"embargoed": NOON}])
def test_what_a_partner_acts_on_is_content(said):
    assert STORY.model_copy(update=said).content_hash != STORY.content_hash
