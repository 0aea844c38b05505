import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.wireformat.document import BadDocument, Said
from newsroom.wireformat.json_tree import MOST_LEAVES, JsonTree, load_json
from newsroom.wireformat.ninjs import read_ninjs

LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20))
NAMES = st.sampled_from(
    (
        *("uri", "type", "headline", "headlines", "value", "bodies", "body_text", "subject", "subjects"),
        *("name", "code", "rel", "associations", "renditions", "href", "pubstatus", "pubStatus", "role"),
        *("infosource", "person", "genre", "rightsinfo", "descriptions", "standard", "$standard", "version"),
        *("urgency", "embargoed", "altids", "wordcount"),
    )
)
VALUE = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=6)),
    max_leaves=25,
)


@pytest.mark.parametrize("text", ["", "{", '{"a": 1,}', "[1", "nonsense", "{'a': 1}"])
def test_no_json_is_told(text):
    with pytest.raises(BadDocument) as caught:
        load_json(text)
    assert caught.value.code == "malformed_document"


def test_lone_surrogates_are_left_out():
    assert load_json(r'{"a": "x\ud83dy", "b": "\ud83d\ude00", "c": "\\ud83d"}') == {
        "a": "xy",
        "b": "😀",
        "c": r"\ud83d",
    }


def test_what_costs_too_much_is_refused_before_it_is_parsed():
    with pytest.raises(BadDocument, match="hostile_document"):
        load_json("[" + "{}," * 1_000_001 + "{}]")


@pytest.mark.parametrize("value", [{"a": [0] * (MOST_LEAVES + 1)}, {"a": {"b": 1}}])
def test_an_item_may_not_be_larger_than_any(value):
    for _ in range(60 if "b" in str(value) else 0):
        value = {"a": value}
    with pytest.raises(BadDocument, match="hostile_document"):
        JsonTree(value)


def test_nesting_that_no_parser_follows():
    with pytest.raises(BadDocument):
        load_json("[" * 100_000 + "]" * 100_000)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.dictionaries(NAMES, VALUE, max_size=10))
def test_no_item_of_whatever_types_brings_the_reader_down(value):
    dispatch = read_ninjs(value)
    assert all(lost.count > 0 for lost in dispatch.lost)


def test_a_value_of_another_type_is_doubted_and_told_as_lost():
    tree = JsonTree({"headline": {"a": "x"}, "urgency": True, "slugline": ["s"], "located": "Here"})
    branch = tree.root
    assert branch.text("headline") is branch.text("urgency") is branch.text("slugline") is None
    assert branch.text("located") == Said("Here", "located")
    assert tree.doubts == (
        "headline: saw an object; wanted a text",
        "urgency: saw true or false; wanted a text",
        "slugline: saw a list; wanted a text",
    )
    assert [(lost.path, lost.value) for lost in tree.lost()] == [
        ("headline.a", "x"),
        ("urgency", "true"),
        ("slugline[]", "s"),
    ]


def test_leaves_of_one_path_are_one_loss():
    (lost,) = JsonTree({"places": [{"name": "A" * 300}, {"name": "B"}, {"name": ""}, {"name": None}]}).lost()
    assert (lost.path, lost.count, lost.value) == ("places[].name", 2, "A" * 119 + "…")
