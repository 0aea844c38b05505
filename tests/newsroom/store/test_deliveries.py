"""Which stories are in a partner's feed, told by ledgers that may come in any order, and twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.store.catalogue import DocumentRow, Ledger
from newsroom.store.deliveries import Entered, Left
from newsroom.story import story_uri

URIS = [story_uri("sample", str(n)) for n in range(3)]


def ledger(at, entered=(), left=(), partner="krdo") -> Ledger:
    return Ledger(
        partner=partner,
        at=at,
        run=f"{at:%H:%M}",
        entered=tuple(Entered(uri=uri, n=n) for uri, n in entered),
        left=tuple(Left(uri=uri, n=n, reason="older") for uri, n in left),
    )


def test_what_entered_is_in_the_feed_until_it_left(either, make):
    one, two = (URIS[0], 1), (URIS[1], 1)
    either.add_deliveries(ledger(make.at(1), entered=[one, two]))
    assert either.in_feed("krdo") == {one, two}
    either.add_deliveries(ledger(make.at(2), left=[one]))
    assert either.in_feed("krdo") == {two}
    (row,) = either.deliveries(uri=URIS[0])
    assert (row.entered_at, row.left_at, row.reason) == (make.at(1), make.at(2), "older")


def test_a_correction_takes_its_place(catalogue, make):
    catalogue.add_deliveries(ledger(make.at(1), entered=[(URIS[0], 1)]))
    catalogue.add_deliveries(ledger(make.at(2), entered=[(URIS[0], 2)], left=[(URIS[0], 1)]))
    assert catalogue.in_feed("krdo") == {(URIS[0], 2)}
    assert [row.n for row in catalogue.deliveries(uri=URIS[0])] == [1, 2]


def test_one_that_comes_again_is_there_again(catalogue, make):
    one = (URIS[0], 1)
    for at, change in [(1, {"entered": [one]}), (2, {"left": [one]}), (3, {"entered": [one]})]:
        catalogue.add_deliveries(ledger(make.at(at), **change))
    (row,) = catalogue.deliveries(partner="krdo")
    assert (row.entered_at, row.left_at, row.reason, row.run) == (make.at(3), None, None, "12:03")


def test_partners_are_apart(catalogue, make):
    catalogue.add_deliveries(ledger(make.at(1), entered=[(URIS[0], 1)]))
    catalogue.add_deliveries(ledger(make.at(1), entered=[(URIS[1], 1)], partner="kktv"))
    catalogue.add_deliveries(ledger(make.at(2), left=[(URIS[0], 1)], partner="kktv"))
    assert catalogue.in_feed("krdo") == {(URIS[0], 1)}
    assert [row.uri for row in catalogue.deliveries(partner="kktv")] == [URIS[1]]


@st.composite
def histories(draw):
    """The ledgers of a partner in order, each from the feed before it; and another order of them."""
    present: set[tuple[str, int]] = set()
    revisions = st.sets(st.tuples(st.sampled_from(URIS), st.integers(1, 2)), max_size=4)
    changes = []
    for after in draw(st.lists(revisions, min_size=1, max_size=6)):
        changes.append((sorted(after - present), sorted(present - after)))
        present = after
    order = draw(st.permutations(range(len(changes))))
    repeated = draw(st.lists(st.sampled_from(range(len(changes))), max_size=3))
    return changes, present, [*order, *repeated]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(history=histories())
def test_ledgers_in_any_order_end_the_same(new_catalogue, make, history):
    changes, present, order = history
    ledgers = [ledger(make.at(at), entered, left) for at, (entered, left) in enumerate(changes)]
    in_order, shuffled = new_catalogue(), new_catalogue()
    for each in ledgers:
        in_order.add_deliveries(each)
    for place in order:
        shuffled.add_deliveries(ledgers[place])
    assert shuffled.in_feed("krdo") == in_order.in_feed("krdo") == present
    assert shuffled.deliveries() == in_order.deliveries()
    in_order.close()
    shuffled.close()


class TestDocuments:
    @pytest.fixture
    def document(self, make) -> DocumentRow:
        return DocumentRow("krdo", "rss", "partners/krdo/rss.xml", "s", "0" * 64, '"1"', 3, make.at(0))

    def test_none_was_written(self, catalogue):
        assert catalogue.partner_document("krdo", "rss") is None

    def test_the_last_one_is_kept_for_each_format(self, either, document):
        either.save_partner_documents([document])
        later = DocumentRow(**{**vars(document), "etag": '"2"', "stories": 4})
        either.save_partner_documents([later])
        assert either.partner_document("krdo", "rss") == later
        assert either.partner_document("krdo", "ninjs") is None
        assert either.partner_documents("krdo") == {"rss": later}


def test_what_the_partner_has_of_the_stories_that_came_since(either, make):
    for number in range(4):
        either.add_revisions([make.revision(str(number), stored=number)])
    one, two, three, four = (story_uri("sample", str(number)) for number in range(4))
    either.add_deliveries(ledger(make.at(9), entered=[(one, 1), (two, 1), (three, 1), (four, 1)]))
    either.add_deliveries(ledger(make.at(10), left=[(two, 1)]))
    gone = Ledger(
        partner="krdo", at=make.at(11), run=None, entered=(), left=(Left(uri=three, n=1, reason="kill"),)
    )
    either.add_deliveries(gone)
    assert either.sent_of("krdo", make.at(1)) == {two: make.at(1), four: make.at(3)}
    assert either.sent_of("other", make.at(0)) == {}


def test_what_was_looked_up_of_phrases_is_kept(either):
    one, two = (URIS[0], 1), (URIS[0], 2)
    either.save_mentions({one: {"dam": True, "lake": False}, two: {"dam": False}})
    either.save_mentions({one: {"dam": True}})
    assert either.mentions({"dam", "river"}, URIS) == {one: {"dam": True}, two: {"dam": False}}
    assert either.mentions({"lake"}, URIS[:1]) == {one: {"lake": False}}
