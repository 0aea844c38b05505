import pytest
from pydantic import TypeAdapter, ValidationError

from newsroom.config.places import Place, lies_within, meets, place_named


@pytest.mark.parametrize("code", ["US", "GB", "US-CO", "UY-MO"])
def test_codes_of_iso_3166_are_places(code: str) -> None:
    assert TypeAdapter(Place).validate_python(code) == code


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("UK", "the United Kingdom is GB"),
        ("us", "a code of ISO 3166 such as US"),
        ("USA", "a code of ISO 3166 such as US"),
        ("Colorado", "a code of ISO 3166 such as US"),
        ("US-CL", "a code of ISO 3166-2 such as US-CO"),
        ("US-", "a code of ISO 3166 such as US"),
        ("", "a code of ISO 3166 such as US"),
    ],
)
def test_what_excludes_nothing_is_no_place(code: str, wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        TypeAdapter(Place).validate_python(code)


def test_a_part_lies_in_its_country_and_not_the_other_way_round() -> None:
    assert lies_within("US-CO", ["CA", "US"])
    assert not lies_within("US", ["US-CO"])
    assert not lies_within("US-CO", [])
    assert meets("US", ["US-CO"])
    assert meets("US-CO", ["US"])
    assert not meets("US-CO", ["US-NM", "CA"])


@pytest.mark.parametrize(
    ("name", "country", "code"),
    [
        ("Colorado", None, "US-CO"),
        ("COLORADO ", "US", "US-CO"),
        ("the United States", None, "US"),
        ("us-co", None, "US-CO"),
        ("Georgia", "US", "US-GA"),
        ("Georgia", None, None),  # a country, and a part of another
        ("Montana", None, None),  # of Bulgaria too
        ("Montana", "US", "US-MT"),
        ("Canada", "US", "CA"),
        ("the Moon", "US", None),
        ("", "US", None),
    ],
)
def test_a_name_is_a_place_where_it_can_be_one_only(name: str, country: str | None, code: str | None) -> None:
    assert place_named(name, country) == code
