"""Who may have a story, by its terms, the contract, the partner's licence and the time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.clear.rights import Contract, Decided, PartnerRights, Said, StoryRights, rights_rulings
from newsroom.config import Licence, Limits, Mining, Partner, Product, Publishes, RightsProfile, Term

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BY = "https://creativecommons.org/licenses/by/4.0/"
BY_ND = "https://creativecommons.org/licenses/by-nd/4.0/"
BY_NC = "https://creativecommons.org/licenses/by-nc/4.0/"
BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"
STATION = Publishes(
    territories=("US-CO",), markets=("Colorado Springs-Pueblo, CO",), channels=("web", "broadcast")
)
TERMS = (
    Term(text="No archive", term_days=7),
    Term(text="Web only", channels=("web",)),
    Term(text="Print only", channels=("print",)),
    Term(text="Non-commercial", commercial=False),
    Term(text="Headline service", excerpt_words=30),
    Term(text="Unedited", edits=False),
    Term(text="Internal", nobody=True),
    Term(pattern=r"for use in (?P<only_in>\w+) only"),
    Term(pattern=r"not for use in (?P<not_in>\w+)"),
    Term(pattern=r"embargoed in the (?P<not_in_markets>[^.]+?) market"),
)


def contract(*, grant: Limits | None = None, **fields: Any) -> RightsProfile:
    plain: dict[str, Any] = {
        "id": "sample",
        "title": "Sample contract",
        "country": "US",
        "licenses": ("CC0", "CC BY", "CC BY-ND", "CC BY-NC", "CC BY-SA"),
        "terms": TERMS,
        "grants": {"full": grant or Limits()},
    }
    return RightsProfile(**plain | fields)


def partner(*licences: Licence, publishes: Publishes = STATION, held: bool = True, **fields: Any) -> Partner:
    mine = licences or ((Licence(profile="sample"),) if held else ())
    return Partner(id="krdo", name="KRDO", licences=mine, publishes=publishes, **fields)


def story(**fields: Any) -> StoryRights:
    said = Said(**{name: fields.pop(name) for name in Said._fields if name in fields})
    plain: dict[str, Any] = {
        "wire": "wire",
        "published": NOON,
        "noticed": True,
        "linkable": True,
        "said": said,
    }
    return StoryRights(**plain | fields)


def decide(
    told: StoryRights,
    profile: RightsProfile | None,
    taker: Partner | None = None,
    now: datetime = NOON,
) -> Decided:
    return PartnerRights(taker or partner(), {"wire": Contract("wire", profile)}).decide(told, now)


def kept_back(decided: Decided) -> list[str]:
    return [ruling.rule for ruling in decided.rulings if not ruling.passes]


def limits(**fields: Any) -> RightsProfile:
    return contract(grant=Limits(**fields))


LONG_AGO = NOON - timedelta(days=400)

CASES: dict[str, tuple[StoryRights, RightsProfile | None, Partner, list[str], str]] = {
    "nothing bounds it": (story(), contract(), partner(), [], ""),
    "no contract": (story(), None, partner(), ["rights_profile"], "no rights profile that can be read"),
    "no licence": (
        story(),
        contract(),
        partner(held=False),
        ["licence"],
        "KRDO holds no licence; wanted one",
    ),
    "an open contract needs none": (story(), contract(open=True), partner(held=False), [], ""),
    "another contract's licence": (
        story(),
        contract(),
        partner(Licence(profile="other")),
        ["licence"],
        "KRDO holds no licence",
    ),
    "a grant that is not there": (
        story(),
        contract(),
        partner(Licence(profile="sample", grant="gone")),
        ["licence"],
        "wanted one of full",
    ),
    "of two licences one holds": (
        story(),
        contract(),
        partner(Licence(profile="sample", valid_until=date(2025, 1, 1)), Licence(profile="sample")),
        [],
        "",
    ),
    "not begun": (
        story(),
        contract(),
        partner(Licence(profile="sample", valid_from=date(2026, 11, 21))),
        ["licence_dates"],
        "begins on 2026-11-21 00:00Z",
    ),
    "its last day": (
        story(),
        contract(),
        partner(Licence(profile="sample", valid_until=date(2026, 11, 20))),
        [],
        "",
    ),
    "the day after": (
        story(),
        contract(),
        partner(Licence(profile="sample", valid_until=date(2026, 11, 19))),
        ["licence_dates"],
        "ended on 2026-11-20 00:00Z",
    ),
    "unknown terms": (
        story(usageterms="Not for fan sites"),
        contract(),
        partner(),
        ["usage_terms"],
        "usageterms says “Not for fan sites”, which is unknown; wanted it to be among `terms` of rights/",
    ),
    "unknown terms, released": (
        story(usageterms="Not for fan sites", released=True),
        contract(),
        partner(),
        [],
        "",
    ),
    "unknown licence": (
        story(license="https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        contract(),
        partner(),
        ["usage_terms"],
        "wanted it to be among `licenses` of rights/sample.yaml",
    ),
    "an unknown note": (story(ednote="DENVER OUT"), contract(), partner(), ["usage_terms"], "DENVER OUT"),
    "nobody": (story(usageterms="Internal"), contract(), partner(), ["usage_terms"], "for no partner"),
    "nobody, released": (
        story(usageterms="Internal", released=True),
        contract(),
        partner(),
        ["usage_terms"],
        "for no partner",
    ),
    "within the territory": (story(), limits(only_in=("US",)), partner(), [], ""),
    "outside of the territory": (
        story(),
        limits(only_in=("CA",)),
        partner(),
        ["territory"],
        "for CA only, says the grant `full` of rights/sample.yaml; KRDO: US-CO",
    ),
    "partly outside": (
        story(),
        limits(only_in=("US-CO",)),
        partner(publishes=Publishes(territories=("US-CO", "US-NM"))),
        ["territory"],
        "for US-CO only",
    ),
    "an unknown territory": (
        story(),
        limits(only_in=("US",)),
        partner(publishes=Publishes()),
        ["territory"],
        "partners/krdo.yaml tells none under publishes.territories",
    ),
    "an excluded territory": (
        story(),
        limits(not_in=("US",)),
        partner(),
        ["territory"],
        "not for US, says the grant",
    ),
    "partly excluded": (
        story(),
        limits(not_in=("US-HI",)),
        partner(publishes=Publishes(territories=("US",))),
        ["territory"],
        "not for US-HI",
    ),
    "Colorado only": (story(usageterms="Eds: For use in Colorado only."), contract(), partner(), [], ""),
    "Texas only": (
        story(ednote="Eds: For use in Texas only."),
        contract(),
        partner(),
        ["territory"],
        "says its editor's note “For use in Texas only”",
    ),
    "not in Colorado": (
        story(usageterms="Not for use in Colorado."),
        contract(),
        partner(),
        ["territory"],
        "not for US-CO",
    ),
    "its own market": (
        story(usageterms="Embargoed in the Colorado Springs, CO market."),
        contract(),
        partner(),
        ["market"],
        "not for the market Colorado Springs, CO",
    ),
    "another market": (
        story(usageterms="Embargoed in the New York, NY market."),
        contract(),
        partner(),
        [],
        "",
    ),
    "an unknown market": (
        story(usageterms="Embargoed in the New York, NY market."),
        contract(),
        partner(publishes=Publishes()),
        ["market"],
        "tells none under publishes.markets",
    ),
    "one of its channels": (story(usageterms="Web only"), contract(), partner(), [], ""),
    "none of its channels": (
        story(usageterms="Print only"),
        contract(),
        partner(),
        ["channel"],
        "for print only, says its usage terms “Print only”; KRDO: web, broadcast",
    ),
    "channels that exclude each other": (
        story(usageterms="Print only"),
        limits(channels=("web",)),
        partner(),
        ["channel"],
        "for nothing only",
    ),
    "unknown channels": (
        story(),
        limits(channels=("web",)),
        partner(publishes=Publishes()),
        ["channel"],
        "tells none under publishes.channels",
    ),
    "commercial": (
        story(usageterms="Non-commercial"),
        contract(),
        partner(),
        ["commercial"],
        "not declared non-commercial",
    ),
    "declared non-commercial": (
        story(usageterms="Non-commercial"),
        contract(),
        partner(publishes=Publishes(commercial=False)),
        [],
        "",
    ),
    "CC BY": (story(license=BY), contract(), partner(), [], ""),
    "CC BY-NC": (
        story(license=BY_NC),
        contract(),
        partner(),
        ["commercial"],
        "says its licence CC BY-NC 4.0",
    ),
    "CC BY-ND in full": (story(license=BY_ND), contract(), partner(), [], ""),
    "CC BY-ND in part": (
        story(license=BY_ND),
        limits(excerpt_words=30),
        partner(),
        ["form"],
        "CC BY-ND 4.0 allows no part",
    ),
    "no edits and an excerpt": (story(usageterms="Unedited"), limits(excerpt_words=30), partner(), [], ""),
    "no edits and a product's excerpt": (
        story(usageterms="Unedited"),
        contract(),
        partner(product=Product(excerpt_words=30)),
        ["form"],
        "30 words only by the product of partners/krdo.yaml, and",
    ),
    "CC BY-ND and a product's excerpt": (
        story(license=BY_ND),
        contract(),
        partner(product=Product(excerpt_words=30)),
        ["form"],
        "CC BY-ND 4.0 allows no part",
    ),
    "an excerpt of no page": (
        story(linkable=False),
        limits(excerpt_words=30),
        partner(),
        ["form"],
        "no absolute address",
    ),
    "a notice that is missing": (
        story(noticed=False),
        contract(notice=True),
        partner(),
        ["notice"],
        "asks for the copyright notice",
    ),
    "a missing notice, released": (
        story(noticed=False, released=True),
        contract(notice=True),
        partner(),
        [],
        "",
    ),
    "held back": (
        story(),
        limits(hold_back_minutes=60),
        partner(),
        ["hold_back"],
        "not before 2026-11-20 13:00Z",
    ),
    "held back long ago": (story(published=LONG_AGO), limits(hold_back_minutes=60), partner(), [], ""),
    "not before a moment": (
        story(published=LONG_AGO),
        limits(not_before="2026-11-20T06:00:00-07:00"),
        partner(),
        ["hold_back"],
        "not before 2026-11-20 13:00Z",
    ),
    "over": (
        story(published=NOON - timedelta(days=7)),
        limits(term_days=7),
        partner(),
        ["term"],
        "until 2026-11-20 12:00Z only",
    ),
    "over by its own terms": (
        story(published=NOON - timedelta(days=7), usageterms="No archive"),
        limits(term_days=30),
        partner(),
        ["term"],
        "says its usage terms “No archive”",
    ),
    "nearly over": (story(published=NOON - timedelta(days=6)), limits(term_days=7), partner(), [], ""),
    "a newer revision with unknown terms": (
        story(released=True, newer=Said(usageterms="Not for fan sites")),
        contract(),
        partner(),
        ["usage_terms"],
        "a newer revision’s usageterms says “Not for fan sites”",
    ),
    "a newer revision that is bounded": (
        story(newer=Said(ednote="Not for use in Colorado", license=BY_NC)),
        contract(),
        partner(),
        ["territory", "commercial"],
        "not for US-CO",
    ),
    "several reasons": (
        story(published=NOON - timedelta(days=7), usageterms="Print only"),
        limits(term_days=7, only_in=("CA",)),
        partner(),
        ["territory", "channel", "term"],
        "for CA only",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_may_have_a_story(case: str) -> None:
    told, profile, taker, wanted, reason = CASES[case]
    decided = decide(told, profile, taker)
    assert kept_back(decided) == wanted
    assert (decided.terms is None) == bool(wanted)
    if decided.refusal:
        assert reason in decided.refusal.reason
    assert rights_rulings(told, Contract("wire", profile), taker, NOON) == decided.rulings


def test_a_wire_whose_file_is_gone_gives_nothing() -> None:
    assert kept_back(PartnerRights(partner(), {}).decide(story(), NOON)) == ["rights_profile"]


def test_what_time_changes_is_told_ahead() -> None:
    def until(rule: str, told: StoryRights, profile: RightsProfile, taker: Partner) -> datetime | None:
        return next(r.until for r in decide(told, profile, taker).rulings if r.rule == rule)

    assert until("hold_back", story(), limits(hold_back_minutes=60), partner()) == NOON + timedelta(hours=1)
    assert until("term", story(), limits(term_days=7), partner()) == NOON + timedelta(days=7)
    ending = partner(Licence(profile="sample", valid_until=date(2026, 11, 20)))
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    assert until("licence_dates", story(), contract(), ending) == midnight
    coming = partner(Licence(profile="sample", valid_from=date(2026, 11, 21)))
    assert until("licence_dates", story(), contract(), coming) == midnight


def test_of_two_hold_backs_the_later_one_counts() -> None:
    """The contract holds it back for one hour, its own terms for three."""
    terms = (Term(text="Late", hold_back_minutes=180),)
    profile = contract(grant=Limits(hold_back_minutes=60), terms=terms)
    (ruling,) = [r for r in decide(story(usageterms="Late"), profile).rulings if not r.passes]
    assert ruling.until == NOON + timedelta(hours=3)
    assert ruling.reason.endswith("says its usage terms “Late”")


def test_terms_are_the_strictest_that_anybody_says() -> None:
    profile = contract(
        grant=Limits(excerpt_words=60, term_days=30, channels=("web", "broadcast"), pictures=False),
        attribution="Via {provider}",
        notice=True,
        mining=Mining(policy="https://wire.example/mining.json"),
    )
    told = story(usageterms="Headline service. Web only. Unedited. No archive.", license=BY)
    terms = decide(told, profile).terms
    assert terms is not None
    assert (terms.excerpt_words, terms.edits, terms.pictures) == (30, False, False)
    assert terms.channels == ("web",)
    assert terms.expires == NOON + timedelta(days=7)
    assert (terms.attribution, terms.notice) == ("Via {provider}", True)
    assert terms.license is not None
    assert terms.license.url == BY
    assert (terms.mining_reserved, terms.mining_policy) == (True, "https://wire.example/mining.json")


@pytest.mark.parametrize(
    ("told", "licence", "expires"),
    [
        (story(), Licence(profile="sample"), None),
        (story(expires=NOON + timedelta(hours=1)), Licence(profile="sample"), NOON + timedelta(hours=1)),
        (
            story(usageterms="No archive", expires=NOON + timedelta(days=30)),
            Licence(profile="sample", valid_until=date(2026, 12, 31)),
            NOON + timedelta(days=7),
        ),
        (
            story(usageterms="No archive"),
            Licence(profile="sample", valid_until=date(2026, 11, 20)),
            datetime(2026, 11, 21, tzinfo=UTC),
        ),
    ],
)
def test_a_story_expires_with_whatever_ends_first(
    told: StoryRights, licence: Licence, expires: datetime | None
) -> None:
    terms = decide(told, contract(), partner(licence)).terms
    assert terms is not None
    assert terms.expires == expires


def test_share_alike_and_no_derivatives_are_passed_on() -> None:
    shared = decide(story(license=BY_SA), contract()).terms
    whole = decide(story(license=BY_ND), contract()).terms
    assert shared is not None
    assert whole is not None
    assert (shared.edits, whole.edits) == (True, False)
    assert shared.license is not None
    assert "sa" in shared.license.elements


STORIES = st.builds(
    story,
    published=st.integers(-400, 400).map(lambda days: NOON + timedelta(days=days)),
    usageterms=st.one_of(st.none(), st.text(max_size=30), st.sampled_from([t.text for t in TERMS if t.text])),
    license=st.one_of(st.none(), st.sampled_from([BY, BY_ND, BY_NC, BY_SA, "house licence"])),
    ednote=st.one_of(st.none(), st.text(max_size=30)),
    noticed=st.booleans(),
    linkable=st.booleans(),
)
GRANTS = st.builds(
    Limits,
    only_in=st.sampled_from([None, ("US",), ("US-CO",), ("CA",)]),
    not_in=st.sampled_from([(), ("US-CO",), ("CA",)]),
    channels=st.sampled_from([("web",), ("print",), ("web", "broadcast", "print")]),
    excerpt_words=st.sampled_from([None, 30]),
    hold_back_minutes=st.integers(0, 100_000),
    term_days=st.one_of(st.none(), st.integers(1, 400)),
)
PARTNERS = st.builds(
    partner,
    st.builds(
        Licence,
        profile=st.just("sample"),
        valid_from=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 6, 30))),
        valid_until=st.one_of(st.none(), st.dates(date(2026, 7, 1), date(2027, 6, 30))),
    ),
    publishes=st.builds(
        Publishes,
        territories=st.sampled_from([(), ("US-CO",), ("US",), ("CA",)]),
        channels=st.sampled_from([(), ("web",), ("web", "print")]),
        commercial=st.booleans(),
    ),
    product=st.builds(Product, excerpt_words=st.sampled_from([None, 20, 60])),
)
TIMES = st.integers(-600_000, 600_000).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(STORIES, GRANTS, PARTNERS, TIMES)
def test_nothing_is_cleared_that_rights_forbid(
    told: StoryRights, grant: Limits, taker: Partner, now: datetime
) -> None:
    profile = contract(grant=grant)
    decided = decide(told, profile, taker, now)
    if decided.terms is None:
        assert decided.refusal is not None
        assert decided.refusal.reason
        return
    (licence,) = taker.licences
    assert Contract("wire", profile).terms_of(told.said).unknown == ()
    held_back = timedelta(minutes=grant.hold_back_minutes)
    assert not held_back or now >= told.published + held_back
    assert grant.term_days is None or now < told.published + timedelta(days=grant.term_days)
    assert licence.valid_from is None or now >= profile.begin_of(licence.valid_from)
    assert licence.valid_until is None or now < profile.end_of(licence.valid_until)
    assert decided.terms.expires is None or now < decided.terms.expires
    assert grant.only_in is None or set(taker.publishes.territories) <= {*grant.only_in, "US-CO"}
    assert not taker.publishes.commercial or told.said.license != BY_NC
    assert decided.terms.excerpt_words is None or (told.linkable and told.said.license != BY_ND)
    bounds = [words for words in (grant.excerpt_words, taker.product.excerpt_words) if words]
    assert all(decided.terms.excerpt_words <= words for words in bounds if decided.terms.excerpt_words)
    assert (decided.terms.excerpt_words is None) == (not bounds)


@given(STORIES, GRANTS, PARTNERS, TIMES)
def test_an_answer_stays_until_the_moment_that_it_tells(
    told: StoryRights, grant: Limits, taker: Partner, now: datetime
) -> None:
    asked = PartnerRights(taker, {"wire": Contract("wire", contract(grant=grant))})
    first = asked.decide(told, now)
    changes = [ruling.until for ruling in first.rulings if ruling.until]
    assert all(change > now for change in changes)
    last = min(changes, default=now + timedelta(days=1000)) - timedelta(microseconds=1)
    assert kept_back(asked.decide(told, last)) == kept_back(first)
