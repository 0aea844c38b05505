"""Pages in killable processes: one that hurts is refused, and the batch goes on."""

from newsroom.extract.children import Readers, read_one
from newsroom.extract.page import read
from newsroom.story import Refusal, Story


def test_a_batch_keeps_its_order_and_survives_a_bad_page(document, markup):
    good = document(markup(above="<h1>Ferry sails at night</h1>"))
    bad = document("<p>" * 150_000)
    with Readers(read, 2) as readers:
        results = list(readers.read([good, bad, good]))
    assert [type(result) for result in results] == [Story, Refusal, Story]
    assert results[0] == results[2] == read_one(good)
    assert isinstance(results[1], Refusal)
    assert results[1].code == "hostile_markup"


def test_nothing_to_read_is_no_error():
    with Readers(read, 1) as readers:
        assert list(readers.read([])) == []
