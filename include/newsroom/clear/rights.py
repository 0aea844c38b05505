"""Rights: whether a partner may have a story under its wire's contract, and on what terms it gets it.

Nothing is read here but what is passed in. What is not known - a contract, a word of the usage terms, where a
partner publishes - keeps the story back.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from newsroom.clear.ruling import Ruling
from newsroom.config import Licence, Partner, RightsProfile
from newsroom.config.places import lies_within, meets
from newsroom.config.rights import CHANNELS, Channel
from newsroom.extract.license import License
from newsroom.extract.terms import SaidLimits, StoryTerms, read_terms


class Said(NamedTuple):
    """What a revision says of its use, in its own words."""

    usageterms: str | None = None
    license: str | None = None
    ednote: str | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True)
class StoryRights:
    """What one revision's rights hang on.

    `newer` is what a newer revision says that does not stand for the story yet: it binds the older one too.
    `published` is the story's first publication. `linkable` tells whether its page has an absolute address,
    `noticed` whether it carries a copyright notice. `released` is an editor's word for this revision: it
    answers for terms that the contract's profile does not know, and for a missing notice.
    """

    wire: str
    published: datetime
    said: Said = NOTHING_SAID
    newer: Said | None = None
    noticed: bool = False
    linkable: bool = False
    expires: datetime | None = None
    released: bool = False


@dataclass(frozen=True)
class Terms:
    """On what terms a partner gets a story.

    `excerpt_words` is how many words it gets, None for all. `attribution` is a credit line with open places
    (`config.rights.CREDIT_PLACES`), `timezone` whose years it means, `notice` whether the copyright notice
    must be shown. `channels` are those it may be used on. `expires` is when it must be gone.
    """

    excerpt_words: int | None = None
    attribution: str | None = None
    timezone: str = "UTC"
    notice: bool = False
    edits: bool = True
    pictures: bool = True
    channels: tuple[Channel, ...] = CHANNELS
    commercial: bool = True
    license: License | None = None
    expires: datetime | None = None
    mining_reserved: bool = True
    mining_policy: str | None = None


@dataclass(frozen=True)
class Decided:
    """What rights say of one story and one partner: every rule's answer and, where all pass, the terms."""

    rulings: tuple[Ruling, ...]
    terms: Terms | None

    @property
    def refusal(self) -> Ruling | None:
        """The first rule that keeps the story back."""
        return next((ruling for ruling in self.rulings if not ruling.passes), None)


class Contract:
    """A wire's contract, ready to rule: what stories say of their use is read once for all partners."""

    def __init__(self, wire: str, profile: RightsProfile | None) -> None:
        """`profile` is None where the wire names none, or one that can't be read."""
        self.wire = wire
        self.profile = profile
        self._read: dict[Said, StoryTerms] = {}

    def terms_of(self, said: Said | None) -> StoryTerms:
        """What a revision says of its use; nothing without a profile, as then nothing passes."""
        if self.profile is None or said is None:
            return StoryTerms()
        if said not in self._read:
            self._read[said] = read_terms(self.profile, *said)
        return self._read[said]


class PartnerRights:
    """What one partner may have, and on what terms: made for a tick, asked for each story.

    Most answers hang on the contract and on what the story says of its use, and most stories of a wire say
    the same: those answers are kept.
    """

    def __init__(self, partner: Partner, contracts: Mapping[str, Contract]) -> None:
        """`contracts` are the wires', by the wire's id."""
        self._partner = partner
        self._contracts = contracts
        self._cases: dict[Any, tuple[_Case, ...]] = {}

    def decide(self, story: StoryRights, now: datetime) -> Decided:
        """Rule on a story. Of several licences that the partner holds, one that lets it pass counts."""
        contract = self._contracts.get(story.wire)
        if contract is None or contract.profile is None:
            return Decided((_no_profile(story.wire),), None)
        key = (story.wire, story.said, story.newer, story.noticed, story.linkable, story.released)
        if key not in self._cases:
            self._cases[key] = tuple(_cases(self._partner, contract, contract.profile, story))
        decided = [_under(case, story, now) for case in self._cases[key]]
        return decided[0] if len(decided) == 1 else min(decided, key=_failing)


def _under(case: "_Case", story: StoryRights, now: datetime) -> Decided:
    timed = tuple(rule(case, story.published, now) for rule in (_licence_dates, _hold_back, _term))
    if not case.passes or not all(ruling.passes for ruling in timed):
        return Decided((*case.rulings, *timed), None)
    ends = [ruling.until for ruling in timed if ruling.until]
    ends += [story.expires] if story.expires else []
    terms = replace(case.terms, expires=min(ends)) if ends else case.terms
    return Decided((*case.rulings, *timed), terms)


def _failing(decided: Decided) -> int:
    return sum(not ruling.passes for ruling in decided.rulings)


def rights_rulings(
    story: StoryRights, contract: Contract, partner: Partner, now: datetime
) -> tuple[Ruling, ...]:
    """What every rule of rights says of one story and one partner; it may have it when all pass."""
    return PartnerRights(partner, {contract.wire: contract}).decide(story, now).rulings


@dataclass(frozen=True)
class _Case:
    """What a story says, under one licence; `grant` is None where the partner holds none that is there."""

    partner: Partner
    profile: RightsProfile
    said: StoryTerms
    newer: StoryTerms
    noticed: bool
    linkable: bool
    released: bool
    licence: Licence | None
    grant: SaidLimits | None

    @cached_property
    def bounds(self) -> tuple[SaidLimits, ...]:
        """Everyone who bounds the story's use: the contract, and the story itself."""
        told = (*self.said.limits, *self.newer.limits)
        return (self.grant, *told) if self.grant else told

    @cached_property
    def licenses(self) -> tuple[License, ...]:
        """The public licences that it comes under."""
        return tuple(terms.license for terms in (self.said, self.newer) if terms.license)

    @cached_property
    def begins(self) -> datetime | None:
        """The first moment of the partner's licence."""
        first = self.licence.valid_from if self.licence else None
        return self.profile.begin_of(first) if first else None

    @cached_property
    def ends(self) -> datetime | None:
        """The first moment after the partner's licence."""
        last = self.licence.valid_until if self.licence else None
        return self.profile.end_of(last) if last else None

    @cached_property
    def in_force(self) -> Ruling:
        """The answer as long as the licence holds."""
        reason = f"it runs until {_told(self.ends)}" if self.ends else "no end is told"
        return _yes("licence_dates", reason, until=self.ends)

    @cached_property
    def rulings(self) -> tuple[Ruling, ...]:
        """The rules that answer the same at all times."""
        return tuple(rule(self) for rule in STANDING_RULES)

    @cached_property
    def passes(self) -> bool:
        """Whether all of them pass."""
        return all(ruling.passes for ruling in self.rulings)

    @cached_property
    def terms(self) -> Terms:
        """The terms, save when they end."""
        return _terms(self)


def _cases(
    partner: Partner, contract: Contract, profile: RightsProfile, story: StoryRights
) -> Iterator[_Case]:
    held: list[Licence | None] = [each for each in partner.licences if each.profile == profile.id]
    for licence in held or [None]:
        yield _Case(
            partner=partner,
            profile=profile,
            said=contract.terms_of(story.said),
            newer=contract.terms_of(story.newer),
            noticed=story.noticed,
            linkable=story.linkable,
            released=story.released,
            licence=licence,
            grant=_grant(profile, licence),
        )


def _grant(profile: RightsProfile, licence: Licence | None) -> SaidLimits | None:
    if licence is None and not profile.open:
        return None
    name = licence.grant if licence and licence.grant else None
    if name is None and len(profile.grants) == 1:
        name = next(iter(profile.grants))
    if name is None or name not in profile.grants:
        return None
    return SaidLimits(f"the grant `{name}` of rights/{profile.id}.yaml", profile.grants[name])


def _no_profile(wire: str) -> Ruling:
    reason = (
        f"no rights profile that can be read: name the wire's contract under rights.profile in "
        f"wires/{wire}.yaml, and write it to rights/"
    )
    return Ruling(rule="rights_profile", passes=False, reason=reason)


def _usage_terms(case: _Case) -> Ruling:
    nobody = [bound.said for bound in case.bounds if bound.nobody]
    if nobody:
        return _no("usage_terms", f"for no partner, say {nobody[0]}")
    own, newer = _unknown(case.said), _unknown(case.newer)
    if newer or (own and not case.released):
        of_newer = [f"a newer revision’s {each}" for each in newer]
        return _no("usage_terms", "; ".join([*([] if case.released else own), *of_newer]))
    if own:
        return _yes("usage_terms", f"an editor released this revision although {'; '.join(own)}")
    return _yes(
        "usage_terms", f"all that the story says of its use is known to rights/{case.profile.id}.yaml"
    )


def _unknown(terms: StoryTerms) -> list[str]:
    return [
        f"{each.field} says “{each.text}”, which is unknown; wanted {each.mend}" for each in terms.unknown
    ]


def _licence(case: _Case) -> Ruling:
    partner, file = case.partner, f"partners/{case.partner.id}.yaml"
    if case.grant:
        return _yes("licence", f"{partner.name} holds {case.grant.said} ({case.profile.title})")
    if case.licence:
        allowed = ", ".join(sorted(case.profile.grants))
        return _no(
            "licence",
            f"{file} names no grant that rights/{case.profile.id}.yaml has; wanted one of {allowed}",
        )
    wanted = f"wanted one of rights/{case.profile.id}.yaml ({case.profile.title}) under licences in {file}"
    return _no("licence", f"{partner.name} holds no licence; {wanted}")


def _territory(case: _Case) -> Ruling:
    places = case.partner.publishes.territories
    for bound in case.bounds:
        only, never = bound.limits.only_in, bound.limits.not_in
        if only is not None and not (places and all(lies_within(place, only) for place in places)):
            return _no(
                "territory", f"for {_listed(only)} only, says {bound.said}; {_served(case, 'territories')}"
            )
        if never and (not places or any(meets(place, never) for place in places)):
            return _no(
                "territory", f"not for {_listed(never)}, says {bound.said}; {_served(case, 'territories')}"
            )
    return _yes("territory", "no bound on places keeps it back")


def _market(case: _Case) -> Ruling:
    markets = case.partner.publishes.markets
    for bound in case.bounds:
        never = bound.limits.not_in_markets
        if never and (not markets or any(_same_market(one, other) for one in markets for other in never)):
            return _no(
                "market",
                f"not for the market {_listed(never)}, says {bound.said}; {_served(case, 'markets')}",
            )
    return _yes("market", "no bound on markets keeps it back")


def _channel(case: _Case) -> Ruling:
    allowed = _channels(case)
    if allowed == CHANNELS or set(allowed) & set(case.partner.publishes.channels):
        return _yes("channel", f"for {_listed(allowed)}")
    bounded = [bound.said for bound in case.bounds if bound.limits.channels != CHANNELS]
    return _no(
        "channel", f"for {_listed(allowed)} only, says {' and '.join(bounded)}; {_served(case, 'channels')}"
    )


def _commercial(case: _Case) -> Ruling:
    closed = [bound.said for bound in case.bounds if not bound.limits.commercial]
    closed += [f"its licence {each.name}" for each in case.licenses if "nc" in each.elements]
    if closed and case.partner.publishes.commercial:
        declared = f"is not declared non-commercial (publishes.commercial in partners/{case.partner.id}.yaml)"
        reason = f"for non-commercial use only, says {closed[0]}; {case.partner.name} {declared}"
        return _no("commercial", reason)
    return _yes("commercial", "no bound on commercial use keeps it back")


def _form(case: _Case) -> Ruling:
    words, allowed = _excerpt_words(case), _allowed_words(case)
    if words is None:
        return _yes("form", "in full")
    by = "contract" if words == allowed else f"the product of partners/{case.partner.id}.yaml"
    whole = [f"its licence {each.name} allows no part" for each in case.licenses if "nd" in each.elements]
    if allowed is None:
        whole += [f"{bound.said} allows no edit" for bound in case.bounds if not bound.limits.edits]
    if whole:
        return _no("form", f"{words} words only by {by}, and {whole[0]}")
    if not case.linkable:
        reason = f"the first {words} words and a link, and its page has no absolute address to link to"
        return _no("form", reason)
    return _yes("form", f"the first {words} words and a link, by {by}")


def _notice(case: _Case) -> Ruling:
    if case.profile.notice and not case.noticed:
        if case.released:
            return _yes("notice", "an editor released this revision without a copyright notice")
        reason = f"rights/{case.profile.id}.yaml asks for the copyright notice, and the story has none"
        return _no("notice", reason)
    return _yes("notice", "the notice goes with it" if case.noticed else "no notice is asked for")


STANDING_RULES: tuple[Callable[[_Case], Ruling], ...] = (
    _usage_terms,
    _licence,
    _territory,
    _market,
    _channel,
    _commercial,
    _form,
    _notice,
)


def _licence_dates(case: _Case, _published: datetime, now: datetime) -> Ruling:
    name = f"{case.partner.name}’s licence of rights/{case.profile.id}.yaml"
    if case.begins and now < case.begins:
        return _no("licence_dates", f"{name} begins on {_told(case.begins)}", until=case.begins)
    if case.ends and now >= case.ends:
        return _no("licence_dates", f"{name} ended on {_told(case.ends)}")
    return case.in_force


def _hold_back(case: _Case, published: datetime, now: datetime) -> Ruling:
    free, said = max(_begins(case, published), default=(None, ""))
    if free is None or now >= free:
        return _FREE
    return _no("hold_back", f"not before {_told(free)}, says {said}", until=free)


def _term(case: _Case, published: datetime, now: datetime) -> Ruling:
    end, said = min(_ends(case, published), default=(None, ""))
    if end is None:
        return _ENDLESS
    if now >= end:
        return _no("term", f"until {_told(end)} only, says {said}")
    return _yes("term", f"until {_told(end)}, says {said}", until=end)


def _terms(case: _Case) -> Terms:
    profile = case.profile
    return Terms(
        excerpt_words=_excerpt_words(case),
        attribution=profile.attribution,
        timezone=profile.timezone,
        notice=profile.notice,
        edits=all(bound.limits.edits for bound in case.bounds)
        and not any("nd" in each.elements for each in case.licenses),
        pictures=all(bound.limits.pictures for bound in case.bounds),
        channels=_channels(case),
        commercial=all(bound.limits.commercial for bound in case.bounds)
        and not any("nc" in each.elements for each in case.licenses),
        license=case.said.license,
        mining_reserved=profile.mining.reserved,
        mining_policy=profile.mining.policy,
    )


def _channels(case: _Case) -> tuple[Channel, ...]:
    return tuple(each for each in CHANNELS if all(each in bound.limits.channels for bound in case.bounds))


def _excerpt_words(case: _Case) -> int | None:
    """How many words the partner gets: what it may have, or less where its product takes less."""
    taken = [
        words for words in (_allowed_words(case), case.partner.product.excerpt_words) if words is not None
    ]
    return min(taken, default=None)


def _allowed_words(case: _Case) -> int | None:
    return min((w for bound in case.bounds if (w := bound.limits.excerpt_words) is not None), default=None)


def _begins(case: _Case, published: datetime) -> Iterator[tuple[datetime, str]]:
    for bound in case.bounds:
        if bound.limits.hold_back_minutes:
            yield published + timedelta(minutes=bound.limits.hold_back_minutes), bound.said
        if bound.limits.not_before:
            yield bound.limits.not_before, bound.said


def _ends(case: _Case, published: datetime) -> Iterator[tuple[datetime, str]]:
    for bound in case.bounds:
        if bound.limits.term_days is not None:
            yield published + timedelta(days=bound.limits.term_days), bound.said


def _same_market(one: str, other: str) -> bool:
    """Markets go by several names: `Colorado Springs` is `Colorado Springs-Pueblo, CO`."""
    mine, theirs = (set(re.findall(r"\w+", name.casefold())) for name in (one, other))
    return mine <= theirs or theirs <= mine


def _served(case: _Case, what: str) -> str:
    told = getattr(case.partner.publishes, what)
    file = f"partners/{case.partner.id}.yaml"
    return f"{case.partner.name}: {_listed(told)}" if told else f"{file} tells none under publishes.{what}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


def _yes(rule: str, reason: str, until: datetime | None = None) -> Ruling:
    return Ruling(rule=rule, passes=True, reason=reason, until=until)


def _no(rule: str, reason: str, until: datetime | None = None) -> Ruling:
    return Ruling(rule=rule, passes=False, reason=reason, until=until)


# What most stories are told, made once: a delivery asks of hundreds at each tick.
_FREE = _yes("hold_back", "no hold-back keeps it")
_ENDLESS = _yes("term", "no term is set")
