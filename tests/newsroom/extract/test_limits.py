"""What would hurt to read is refused before it is parsed."""

import pytest

from newsroom.extract import limits
from newsroom.extract.document import Unreadable


def code_of(check, value) -> str:
    with pytest.raises(Unreadable) as refused:
        check(value)
    assert "wanted" in refused.value.refusal.reason
    return refused.value.refusal.code


def test_a_usual_page_is_let_through(markup):
    limits.check_bytes(markup().encode())
    limits.check_markup(markup())


def test_nothing_and_too_much_are_refused():
    assert code_of(limits.check_bytes, b"") == "empty"
    assert code_of(limits.check_bytes, b" \n" * 20) == "empty"
    assert code_of(limits.check_bytes, b"a" * (limits.MAX_BYTES + 1)) == "too_large"


@pytest.mark.parametrize(
    "text",
    [
        "<p>" * (limits.MAX_TAGS + 1),
        "<div>" * 20_000 + "x",
        "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">",
    ],
    ids=["tags", "nested", "attributes"],
)
def test_hostile_markup_is_refused(text: str):
    assert code_of(limits.check_markup, text) == "hostile_markup"
