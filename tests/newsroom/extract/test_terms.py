import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.config import Limits, RightsProfile, Term
from newsroom.extract.terms import MAX_CHARS, StoryTerms, read_terms

PROFILE = RightsProfile(
    id="sample",
    title="Sample contract",
    country="US",
    licenses=("CC BY", "CC BY-ND", "CC0"),
    terms=(
        Term(text="No archive", term_days=7),
        Term(text="free to republish"),
        Term(text="for use in Colorado", only_in=("US-CO",)),
        Term(pattern=r"not for use in (?P<not_in>[A-Z][\w ]+)"),
        Term(pattern=r"for use in (?P<only_in>[\w ]+?) only"),
        Term(pattern=r"embargoed in the (?P<not_in_markets>[^.]+?) market"),
        Term(text="Internal", nobody=True),
        Term(text="https://wire.example/licence", edits=False),
    ),
    grants={"all": Limits()},
)
BY = "https://creativecommons.org/licenses/by/4.0/"


def read(usageterms: str | None = None, license_: str | None = None, ednote: str | None = None) -> StoryTerms:
    return read_terms(PROFILE, usageterms, license_, ednote)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("NO ARCHIVE.", Limits(term_days=7)),
        ("no-archive; Free to   republish", Limits(term_days=7)),
        ("Eds: for use in Colorado only.", Limits(only_in=("US-CO",))),
        ("For use in Georgia only", Limits(only_in=("US-GA",))),
        ("Not for use in Colorado", Limits(not_in=("US-CO",))),
        ("Embargoed in the New York, NY market.", Limits(not_in_markets=("New York, NY",))),
        ("All rights reserved. No archive", Limits(term_days=7)),
    ],
)
def test_known_terms_bound_the_use(text: str, limits: Limits) -> None:
    terms = read(text)
    assert terms.unknown == ()
    assert terms.limits[0].limits == limits
    assert terms.limits[0].said.startswith("its usage terms “")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("No archive. Not for fan sites.", ["Not for fan sites."]),
        ("never free to republish", ["never free to republish"]),
        ("Not for use in Atlantis", ["Not for use in Atlantis"]),
        ("For use in Colorado or Utah only.", ["For use in Colorado or Utah only."]),
        ("No archives", ["No archives"]),
        ("Кроме Москвы.", ["Кроме Москвы."]),
    ],
)
def test_a_word_that_is_not_known_is_told(text: str, unknown: list[str]) -> None:
    assert [each.text for each in read(text).unknown] == unknown
    assert [each.field for each in read(text).unknown] == ["usageterms"] * len(unknown)


def test_terms_longer_than_any_are_unknown_whatever_they_say() -> None:
    (unknown,) = read("No archive. " * (MAX_CHARS // 10)).unknown
    assert len(unknown.text) < 200
    assert "4000 characters at most" in unknown.mend


@pytest.mark.parametrize(
    "note",
    [
        "Eds: UPDATES with signing.",
        "Adds photos, details of the new no-smoking law; minor edits.",
        "CORRECTS spelling of name in 3rd paragraph to Lindqvist",
        "Eds: for use in Colorado only. UPDATES with quotes.",
        "EMBARGOED UNTIL 6 a.m. Friday",  # the story's embargo, not its terms
        "EDS: EMBARGOED until 6 a.m. ET December 15, 2026. With photos.",
        "NOT FOR RELEASE UNTIL 6 a.m. Friday",
        "",
    ],
)
def test_a_note_that_tells_what_changed_is_none_on_use(note: str) -> None:
    assert read(ednote=note).unknown == ()


@pytest.mark.parametrize(
    "note",
    [
        "Eds: UPDATES. DENVER OUT.",
        "Not for use by newspapers before Sunday.",
        "MANDATORY CREDIT: Sample/Jo Lindqvist",
        "NO SALES",
        "Online out until Monday: do not post before 6 a.m.",
        "For print only.",
        "Embargoed in Denver.",
        "Prohibida su venta.",
        "Eds: no archive before Friday.",
    ],
)
def test_a_note_that_speaks_of_use_must_be_known(note: str) -> None:
    assert [each.field for each in read(ednote=note).unknown] == ["ednote"]


def test_a_public_licence_is_known_where_the_profile_lists_it() -> None:
    assert read(license_=BY).license is not None
    assert read(license_=BY).unknown == ()
    assert read(license_=BY).license == read(license_="CC BY 4.0").license
    (unknown,) = read(license_="https://creativecommons.org/licenses/by-nc/4.0/").unknown
    assert unknown.mend == "it to be among `licenses` of rights/sample.yaml"
    (unknown,) = read(license_="CC BY").unknown
    assert "its version" in unknown.mend


def test_another_licence_is_known_by_its_address() -> None:
    terms = read(license_="https://wire.example/licence")
    assert [each.limits.edits for each in terms.limits] == [False]
    assert terms.unknown == ()
    assert read(license_="https://wire.example/licence/2").unknown != ()


def test_what_nobody_may_use_is_told() -> None:
    assert read("INTERNAL.").limits[0].nobody


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_read(usageterms: str, license_: str, ednote: str) -> None:
    assert isinstance(read(usageterms, license_, ednote), StoryTerms)


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=1, max_size=40))
def test_a_word_that_the_profile_never_saw_is_never_known(word: str) -> None:
    assert read(f"No archive {word}x").unknown != ()
