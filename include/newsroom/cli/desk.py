"""Commands for the desk: one story's life, what is held, who sends."""

import getpass
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsroom.cli import show

if TYPE_CHECKING:
    from newsroom.config import Feed, Wire
    from newsroom.stages import Newsroom
    from newsroom.store.catalogue import FeedState

OK = "ok"
"""The state of a feed that answers, and is asked in time."""

OUT = "OUT OF FEEDS: partners had these, and their newer versions may not go there"

Uri = Annotated[str, typer.Argument(help="The story's uri, or the first digits of its UUID.")]


def story(uri: Uri, json: show.Json = False) -> None:
    """Show a story's life: its revisions, what changed, what the checks said, who got it and when."""
    from newsroom.stages import Newsroom
    from newsroom.stages.life import life_of

    life = life_of(Newsroom.from_environment(), uri)
    if json:
        show.json(life)
        return
    if clearance := life["clearance"]:
        said = "may go out" if clearance["cleared"] else "may not go out"
        show.rows(f"Revision {clearance['n']} {said}", clearance["rules"], as_json=False)
    revisions = [{name: row[name] for name in row if name != "kind_reason"} for row in life["revisions"]]
    if life["out_of_feeds"]:
        show.rows(OUT, life["out_of_feeds"], as_json=False)
    show.rows(f"Revisions of {life['uri']}", revisions, as_json=False)
    show.rows("Verdicts", life["verdicts"], as_json=False)
    show.rows("Decisions", life["decisions"], as_json=False)
    show.rows("Kills", life["kills"], as_json=False)
    show.rows("Deliveries", life["deliveries"], as_json=False, empty="no partner got it")


def changes(
    uri: Uri,
    n: Annotated[int | None, typer.Argument(help="A revision's number.", min=1)] = None,
    to: Annotated[int | None, typer.Argument(metavar="[M]", help="Another's.", min=1)] = None,
    json: show.Json = False,
) -> None:
    """Show what a revision changed, word by word: the current one, revision N, or M against N."""
    from newsroom.stages import Newsroom
    from newsroom.stages.changes import changes_between

    told = changes_between(Newsroom.from_environment(), uri, n, to)
    if json:
        show.json(told)
        return
    show.diff(told)


def why(
    uri: Uri,
    partner: Annotated[str, typer.Argument(help="The partner's id.")],
    json: show.Json = False,
) -> None:
    """Tell whether a partner gets a story: yes or no, and why, rule by rule; what keeps it back comes first.

    Also whether it stands in the partner's feed now, and what became of each message to its own servers.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.why import why as asked

    answer = asked(Newsroom.from_environment(), uri, partner)
    if json:
        show.json(answer)
        return
    said = "yes" if answer["gets_it"] else "no"
    until = f", until {answer['until']:%Y-%m-%d %H:%M:%S}Z" if answer["until"] else ""
    show.line(f"{answer['partner']} gets revision {answer['n']} of {answer['uri']}: {said}{until}")
    show.line(answer["headline"])
    show.line(_in_its_feed(answer))
    kept = [_without_passes(rule) for rule in answer["rules"] if not rule["passes"]]
    if kept:
        show.rows("What keeps it back", kept, as_json=False)
    if answer["pushes"]:
        show.rows("Told to its own servers", answer["pushes"], as_json=False)
    passed = [_without_passes(rule) for rule in answer["rules"] if rule["passes"]]
    show.rows("What lets it pass", passed, as_json=False)


def _in_its_feed(answer: Mapping[str, Any]) -> str:
    n, partner = answer["in_its_feed"], answer["partner"]
    here = f"In its feed now: revision {n}" if n else "In its feed now: no"
    if answer["gets_it"] == (n == answer["n"]):
        return here
    brings = "brings it" if answer["gets_it"] else "takes it out"
    return f"{here}; the next delivery {brings}, `newsroom deliver {partner}` at once"


def _without_passes(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != "passes"}


def held(
    wire: Annotated[str | None, typer.Option(help="This wire's only.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 200,
    json: show.Json = False,
) -> None:
    """List what waits for a person: stories, kills, and items that could not be read, with their reasons.

    Also the stories that are out of a partner's feed since a correction or update may not go there.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.kills import waiting_kills
    from newsroom.stages.life import held_stories, stuck_items
    from newsroom.stages.out_of_feeds import out_of_feeds

    room = Newsroom.from_environment()
    stories, items = held_stories(room, wire, limit), stuck_items(room, wire, limit)
    kills = [each for each in waiting_kills(room) if wire in (None, each["wire"])]
    out = [each for each in out_of_feeds(room) if wire in (None, each["wire"])]
    if json:
        show.json({"stories": stories, "kills": kills, "items": items, "out_of_feeds": out})
        return
    show.rows("Kills that wait for a word", kills, as_json=False)
    if out:
        show.rows(OUT, out[:limit], as_json=False)
    corrections = [each for each in stories if each["corrects"]]
    if corrections:
        show.rows("CORRECTIONS that wait, of what partners show", corrections, as_json=False)
    # What is no correction has neither kind nor who shows the wrong version.
    others = [
        {name: value for name, value in each.items() if name not in ("corrects", "shown_by")}
        for each in stories
        if not each["corrects"]
    ]
    show.rows("Held stories", others, as_json=False)
    show.rows("Items that could not be read", items, as_json=False)
    if len(stories) + len(items) > 1:
        show.rows("By reason, the commonest first", _by_reason(stories, items), as_json=False)


def _by_reason(stories: list[dict[str, Any]], items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many wait for the same reason: many at once have one cause. A story may wait for several."""
    since: dict[tuple[str, str], list[datetime]] = {}
    for each in stories:
        for rule in {reason.partition(":")[0].split()[0] for reason in each["reasons"]}:
            since.setdefault((each["wire"], rule), []).append(each["stored_at"])
    for each in items:
        since.setdefault((each["wire"], each["reason"].partition(":")[0]), []).append(each["seen_at"])
    commonest = sorted(since.items(), key=lambda each: (-len(each[1]), each[0]))
    return [
        {"wire": wire, "reason": rule, "waiting": len(at), "first": min(at), "last": max(at)}
        for (wire, rule), at in commonest
    ]


def release(
    uri: Uri,
    reason: Annotated[str, typer.Option(help="Why it may pass although a check held it.")],
    json: show.Json = False,
) -> None:
    """Pass a held story as it is; the decision is filed with its reason and your name."""
    from newsroom.stages import Newsroom
    from newsroom.stages.life import release_story

    done = release_story(Newsroom.from_environment(), uri, by=getpass.getuser(), reason=reason)
    show.rows("Released", [done], as_json=json)


def furniture(
    wire: Annotated[str | None, typer.Option(help="This wire's only.")] = None, json: show.Json = False
) -> None:
    """List the lines that the wires' pages repeat, which are left out of what is read from now on."""
    from newsroom.stages import Newsroom
    from newsroom.stages.furniture import learned_furniture

    show.rows("Learned furniture", learned_furniture(Newsroom.from_environment(), wire), as_json=json)


def wires(json: show.Json = False) -> None:
    """List the wires' feeds, and how each one does: those that fail, or are not asked in time, first."""
    from newsroom.stages import Newsroom

    room = Newsroom.from_environment()
    feeds = [_feed(room, wire, feed) for wire in room.configuration.wires.values() for feed in wire.feeds]
    if not json:  # The addresses are in the wires' files, and would make the table too wide for a terminal.
        feeds = [{name: value for name, value in feed.items() if name != "url"} for feed in feeds]
        feeds.sort(key=lambda feed: feed["state"] == OK)
    show.rows("Wires", feeds, as_json=json, empty="none is configured")


def _state(wire: "Wire", feed: "FeedState") -> str:
    from newsroom.stages import now

    if feed.waits_since is None:
        return "not asked yet"
    if wire.is_overdue(feed.waits_since, now()):
        return "not asked in time"
    return "failing" if feed.failing_since else OK


def _feed(room: "Newsroom", wire: "Wire", feed: "Feed") -> Mapping[str, Any]:
    state = room.catalogue.feed_state(wire.id, feed.id)
    return {
        "wire": wire.id,
        "feed": feed.id,
        "state": _state(wire, state),
        "failing_since": state.failing_since,
        "last_answer": state.last_ok,
        "last_new": state.last_new,
        "error": state.last_error,
        "url": feed.url,
    }
