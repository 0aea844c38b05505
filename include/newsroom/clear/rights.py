"""Rights: whether a partner may have a story under its wire's contract, and on what terms it gets it.

Nothing is read here but what is passed in. What is not known - a contract, a word of the usage terms, where a
partner publishes - keeps the story back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsroom.clear.ruling import Ruling
from newsroom.config import Licence, Limits, Partner, RightsProfile
from newsroom.config.places import lies_within, meets
from newsroom.config.rights import CHANNELS, Channel
from newsroom.extract.license import License
from newsroom.extract.terms import SaidLimits, StoryTerms, read_terms


@dataclass(frozen=True)
class StoryRights:
    """What one revision says that its rights hang on.

    `published` is the story's first publication. `linkable` tells whether its page has an absolute address,
    `noticed` whether it carries a copyright notice. `released` is an editor's word for this revision: it
    stands for terms that the contract's profile does not know.
    """

    wire: str
    published: datetime
    usageterms: str | None = None
    license: str | None = None
    ednote: str | None = None
    noticed: bool = False
    linkable: bool = False
    expires: datetime | None = None
    released: bool = False


@dataclass(frozen=True)
class Terms:
    """On what terms a partner gets a story.

    `excerpt_words` is how many words it gets, None for all. `attribution` is a credit line with open places
    (`config.rights.CREDIT_PLACES`), `notice` whether the copyright notice must be shown. `channels` are those
    it may be used on. `expires` is when it must be gone.
    """

    excerpt_words: int | None = None
    attribution: str | None = None
    notice: bool = False
    edits: bool = True
    pictures: bool = True
    channels: tuple[Channel, ...] = CHANNELS
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
        self._read: dict[tuple[str | None, ...], StoryTerms] = {}

    def terms_of(self, story: StoryRights) -> StoryTerms:
        """What the story says of its use; nothing without a profile, as then nothing passes."""
        if self.profile is None:
            return StoryTerms()
        said = (story.usageterms, story.license, story.ednote)
        if said not in self._read:
            self._read[said] = read_terms(self.profile, *said)
        return self._read[said]


class PartnerRights:
    """What one partner may have, and on what terms: made for a tick, asked for each story.

    What a rule answers hangs mostly on the contract and on what the story says of its use, and most stories
    of a wire say the same: those answers are kept.
    """

    def __init__(self, partner: Partner, contracts: Mapping[str, Contract]) -> None:
        """`contracts` are the wires', by the wire's id."""
        self._partner = partner
        self._contracts = contracts
        self._standing: dict[Any, tuple[Ruling, ...]] = {}

    def decide(self, story: StoryRights, now: datetime) -> Decided:
        """Rule on a story. Of several licences that the partner holds, one that lets it pass counts."""
        contract = self._contracts.get(story.wire)
        if contract is None or contract.profile is None:
            return Decided((_no_profile(story.wire),), None)
        decided = [
            self._under(case, now) for case in _cases(self._partner, contract, contract.profile, story)
        ]
        return min(decided, key=lambda each: sum(not ruling.passes for ruling in each.rulings))

    def _under(self, case: "_Case", now: datetime) -> Decided:
        if case.standing not in self._standing:
            self._standing[case.standing] = tuple(_standing_rulings(case))
        rulings = (*self._standing[case.standing], *_timed_rulings(case, now))
        return Decided(rulings, _terms(case) if all(ruling.passes for ruling in rulings) else None)


def rights_rulings(
    story: StoryRights, contract: Contract, partner: Partner, now: datetime
) -> tuple[Ruling, ...]:
    """What every rule of rights says of one story and one partner; it may have it when all pass."""
    return PartnerRights(partner, {contract.wire: contract}).decide(story, now).rulings


@dataclass(frozen=True)
class _Case:
    """A story under one licence; `grant` is None where the partner holds none, or one that is not there."""

    partner: Partner
    profile: RightsProfile
    story: StoryRights
    said: StoryTerms
    licence: Licence | None
    grant: SaidLimits | None

    @property
    def bounds(self) -> tuple[SaidLimits, ...]:
        """Everyone who bounds the story's use: the contract, and the story itself."""
        return (self.grant, *self.said.limits) if self.grant else self.said.limits

    @property
    def standing(self) -> tuple[Any, ...]:
        """All that a rule which does not ask the time looks at."""
        story = self.story
        said = (story.usageterms, story.license, story.ednote)
        return (story.wire, id(self.licence), said, story.noticed, story.linkable, story.released)


def _cases(
    partner: Partner, contract: Contract, profile: RightsProfile, story: StoryRights
) -> Iterator[_Case]:
    said = contract.terms_of(story)
    held: list[Licence | None] = [each for each in partner.licences if each.profile == profile.id]
    for licence in held or [None]:
        yield _Case(partner, profile, story, said, licence, _grant(profile, licence))


def _grant(profile: RightsProfile, licence: Licence | None) -> SaidLimits | None:
    if licence is None and not profile.open:
        return None
    name = licence.grant if licence and licence.grant else None
    if name is None and len(profile.grants) == 1:
        name = next(iter(profile.grants))
    if name is None or name not in profile.grants:
        return None
    return SaidLimits(f"the grant `{name}` of rights/{profile.id}.yaml", profile.grants[name])


def _standing_rulings(case: _Case) -> Iterator[Ruling]:
    """The rules that answer the same at all times."""
    for rule in (_usage_terms, _licence, _territory, _market, _channel, _commercial, _form, _notice):
        yield rule(case)


def _timed_rulings(case: _Case, now: datetime) -> Iterator[Ruling]:
    """The rules that time changes."""
    for rule in (_licence_dates, _hold_back, _term):
        yield rule(case, now)


def _no_profile(wire: str) -> Ruling:
    reason = (
        f"no rights profile that can be read: name the wire's contract under rights.profile in "
        f"wires/{wire}.yaml, and write it to rights/"
    )
    return Ruling(rule="rights_profile", passes=False, reason=reason)


def _usage_terms(case: _Case) -> Ruling:
    nobody = [bound.said for bound in case.said.limits if bound.nobody]
    if nobody:
        return _no("usage_terms", f"for no partner, say {nobody[0]}")
    unknown = [
        f"{each.field} says “{each.text}”, which is unknown; wanted {each.mend}" for each in case.said.unknown
    ]
    if not unknown:
        return _yes(
            "usage_terms", f"all that the story says of its use is known to rights/{case.profile.id}.yaml"
        )
    if case.story.released:
        return _yes("usage_terms", f"an editor released this revision although {'; '.join(unknown)}")
    return _no("usage_terms", "; ".join(unknown))


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
    if case.said.license and "nc" in case.said.license.elements:
        closed.append(f"its licence {case.said.license.name}")
    if closed and case.partner.publishes.commercial:
        declared = f"is not declared non-commercial (publishes.commercial in partners/{case.partner.id}.yaml)"
        return _no(
            "commercial", f"for non-commercial use only, says {closed[0]}; {case.partner.name} {declared}"
        )
    return _yes("commercial", "no bound on commercial use keeps it back")


def _form(case: _Case) -> Ruling:
    words = _excerpt_words(case)
    if words is None:
        return _yes("form", "in full")
    if case.said.license and "nd" in case.said.license.elements:
        return _no(
            "form", f"{words} words only by contract, and its licence {case.said.license.name} allows no part"
        )
    if not case.story.linkable:
        return _no(
            "form", f"the first {words} words and a link, and its page has no absolute address to link to"
        )
    return _yes("form", f"the first {words} words and a link")


def _notice(case: _Case) -> Ruling:
    if case.profile.notice and not case.story.noticed:
        reason = f"rights/{case.profile.id}.yaml asks for the copyright notice, and the story has none"
        return _no("notice", reason)
    return _yes("notice", "the notice goes with it" if case.story.noticed else "no notice is asked for")


def _licence_dates(case: _Case, now: datetime) -> Ruling:
    begins, ends = _dates(case)
    name = f"{case.partner.name}’s licence of rights/{case.profile.id}.yaml"
    if begins and now < begins:
        return _no("licence_dates", f"{name} begins on {_told(begins)}", until=begins)
    if ends and now >= ends:
        return _no("licence_dates", f"{name} ended on {_told(ends)}")
    return _yes("licence_dates", f"it runs until {_told(ends)}" if ends else "no end is told", until=ends)


def _hold_back(case: _Case, now: datetime) -> Ruling:
    for bound in case.bounds:
        free = _free_from(bound.limits, case.story.published)
        if free and now < free:
            return _no("hold_back", f"not before {_told(free)}, says {bound.said}", until=free)
    return _yes("hold_back", "no hold-back keeps it")


def _term(case: _Case, now: datetime) -> Ruling:
    end, said = min(_ends(case), default=(None, ""))
    if end and now >= end:
        return _no("term", f"until {_told(end)} only, says {said}")
    return _yes("term", f"until {_told(end)}, says {said}" if end else "no term is set", until=end)


def _terms(case: _Case) -> Terms:
    profile = case.profile
    ends = (case.story.expires, _dates(case)[1], *(end for end, _ in _ends(case)))
    return Terms(
        excerpt_words=_excerpt_words(case),
        attribution=profile.attribution,
        notice=profile.notice,
        edits=all(bound.limits.edits for bound in case.bounds)
        and not (case.said.license and "nd" in case.said.license.elements),
        pictures=all(bound.limits.pictures for bound in case.bounds),
        channels=_channels(case),
        license=case.said.license,
        expires=min(filter(None, ends), default=None),
        mining_reserved=profile.mining.reserved,
        mining_policy=profile.mining.policy,
    )


def _channels(case: _Case) -> tuple[Channel, ...]:
    return tuple(each for each in CHANNELS if all(each in bound.limits.channels for bound in case.bounds))


def _excerpt_words(case: _Case) -> int | None:
    return min((w for bound in case.bounds if (w := bound.limits.excerpt_words) is not None), default=None)


def _dates(case: _Case) -> tuple[datetime | None, datetime | None]:
    first = case.licence.valid_from if case.licence else None
    last = case.licence.valid_until if case.licence else None
    return case.profile.begin_of(first) if first else None, case.profile.end_of(last) if last else None


def _free_from(limits: Limits, published: datetime) -> datetime | None:
    relative = published + timedelta(minutes=limits.hold_back_minutes) if limits.hold_back_minutes else None
    return max(filter(None, (relative, limits.not_before)), default=None)


def _ends(case: _Case) -> Iterator[tuple[datetime, str]]:
    for bound in case.bounds:
        if bound.limits.term_days is not None:
            yield case.story.published + timedelta(days=bound.limits.term_days), bound.said


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
