"""Phrases in a story's headline and body, and how seldom its text is read for them."""

import pytest

from newsroom.config import Product
from newsroom.deliver.mentions import mentions, stands_in
from newsroom.store import keys
from newsroom.story import paragraph


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("Water Rights", True),
        ("water  rights", True),
        ("rights of way", False),
        ("ater rights", False),
        ("right", False),
        ("dam", True),  # in the headline alone
        ("adam", False),
        ("O’Hara’s", True),
        ("o'hara", True),
        ("Straße", True),
        ("水", True),
        ("水坝", True),
        ("坝水", False),
        ("a+b", True),
        ("$5", True),
    ],
)
def test_whole_words_whatever_their_case_and_what_parts_them(make, phrase, found):
    text = "The WATER-\nRIGHTS of O'Hara's farm; STRASSE, 新水坝 opened; a + b is 5."
    assert stands_in(phrase, make(headline="A dam, again", blocks=(paragraph(text),)).story) is found


def test_a_text_is_read_once_for_each_phrase_and_for_all_partners(bucket, catalogue, make):
    entry = make(blocks=(paragraph("The river and the dam."),))
    revision = entry.revision
    key = keys.revision("sample", revision.uri, 1)
    bucket.put(key, revision.to_json(), content_type="application/json")
    catalogue.add_revisions([revision])
    (row,) = catalogue.chain(revision.uri)

    unnoted = mentions(Product(mentions=("Dam", "lake")), bucket, catalogue, [row], note=False)
    assert unnoted(row) == {"Dam"}
    assert catalogue.mentions({"dam", "lake"}, [row.uri]) == {}
    assert mentions(Product(mentions=("Dam",), not_mentions=("lake",)), bucket, catalogue, [row])(row) == {
        "Dam"
    }
    assert catalogue.mentions({"dam", "lake", "river"}, [row.uri]) == {
        (row.uri, 1): {"dam": True, "lake": False}
    }
    bucket.delete(key)
    again = mentions(Product(mentions=("DAM",), not_mentions=("Lake",)), bucket, catalogue, [row])
    assert again(row) == {"DAM"}
    assert mentions(Product(), bucket, catalogue, [row])(row) == ()
