"""Documents read back: the very stories that were put in, and those that were taken back."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from newsroom.config.partner import Format
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.read_back import BY_ADDRESS, READERS, SOME, NotWellFormed, read_back
from newsroom.deliver.release import RENDERERS
from newsroom.story import story_uri

GONE = story_uri("sample", "gone")
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_format_that_names_pages_names_no_stories(house, partner, entries):
    document = RENDERERS["news_sitemap"].render(house, partner, Edition(tuple(entries), AT))
    assert read_back("news_sitemap", document) is None


def test_every_format_is_read_or_names_no_stories():
    unread = set(get_args(Format)) - READERS.keys() - BY_ADDRESS
    assert unread == set(), (
        "give each a reader in newsroom/deliver/read_back.py: reconcile can't see its stories"
    )


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_was_put_in_comes_out(name, house, partner, entries):
    edition = Edition(tuple(entries), AT, (Withdrawal(GONE, 2, AT, "kill"),))
    shown = read_back(name, RENDERERS[name].render(house, partner, edition))
    assert shown is not None
    wanted = [entry.uri for entry in entries if entry.story.url or name not in SOME]
    assert shown.stories == set(wanted) != set()
    assert shown.withdrawn == ({GONE} if RENDERERS[name].tells_withdrawals else set())


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_is_no_document_is_refused_or_shows_nothing(name):
    with pytest.raises(NotWellFormed):
        read_back(name, b"\x00 nonsense")
