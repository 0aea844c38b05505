"""What documents share of a story: it is made once, and no document changes another's."""

from newsroom.deliver.edition import Edition, Parts
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.release import RENDERERS


def test_a_part_is_made_once_for_an_entry_and_again_for_another(make):
    made: list[Entry] = []
    parts, one = Parts(), make("1")
    record = made.append  # one function: a bound method is made anew each time
    for entry in (one, one, make("1")):
        parts.of(record, entry)
    assert [entry is one for entry in made] == [True, False]


def test_documents_that_share_parts_are_those_that_share_none(make, house, partner, rich):
    entries = tuple(newest_first([rich, make("1"), make("2")]))
    shared = Parts()
    for renderer in RENDERERS.values():
        alone = renderer.render(house, partner, Edition(entries, rich.modified))
        for _ in range(2):
            assert renderer.render(house, partner, Edition(entries, rich.modified, parts=shared)) == alone
