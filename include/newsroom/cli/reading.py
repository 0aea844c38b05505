"""Commands that read and store nothing: try one page or entry, read many."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsroom.cli import show

if TYPE_CHECKING:
    from newsroom.config import Configuration, Wire
    from newsroom.story import Story, Verdict
    from newsroom.wireformat.document import Lost

SEEN = 400
"""How much of a long field the table shows, in characters; JSON has all of it."""


def try_one(
    source: Annotated[str, typer.Argument(metavar="URL|FILE", help="A page, a feed, or a wire's document.")],
    wire: Annotated[str | None, typer.Option(help="Read and check it as a story of this wire.")] = None,
    item: Annotated[int, typer.Option(help="Which entry of a feed, from 1.", min=1)] = 1,
    json: show.Json = False,
) -> None:
    """Read and check one page, feed entry or wire's item; store nothing, show every field and every check.

    Of ninjs, NewsML-G2, NITF and AP's JSON it also lists what the item has and the story lacks.
    Lines that were learned as the wire's furniture are left out, as a run would.
    The exit code is 1 when the story would be held.
    """
    from newsroom.check.validate import check
    from newsroom.config import load
    from newsroom.extract.document import Unreadable
    from newsroom.extract.page import read
    from newsroom.extract.wire_item import losses
    from newsroom.stages import now
    from newsroom.stages.check import scopes_of
    from newsroom.stages.trial import Trial, furniture_of

    configuration = load()
    judged_as = _wire(configuration, wire)
    furniture = furniture_of(judged_as)
    try:
        document = Trial(configuration, judged_as, furniture.keys).document(source, item)
        story, lost = read(document), losses(document)
    except Unreadable as error:
        raise show.fail(f"{source}: {error}") from None
    topics = configuration.topics_of(judged_as)
    profile = configuration.profile_of(judged_as)
    verdicts = check([story], judged_as, topics, scopes_of(configuration, judged_as), now(), profile=profile)
    _show_trial(story, lost, verdicts, furniture.told, as_json=json)
    if not verdicts[0].passed:
        raise typer.Exit(1)


def read_many(
    manifest: Annotated[
        Path,
        typer.Option(
            help="JSON Lines of {id, url, file}; files relative to it.", exists=True, dir_okay=False
        ),
    ],
    processes: Annotated[int, typer.Option(help="How many readers work at once.", min=1)] = 1,
) -> None:
    """Read the pages of a manifest; prints JSON Lines, one story a line, or the `error` that it gave none."""
    from newsroom.extract.manifest import BadManifest, read_manifest

    try:
        for record in read_manifest(manifest, processes):
            show.lines([record])
    except BadManifest as error:
        raise show.fail(str(error)) from None


def _wire(configuration: "Configuration", wire: str | None) -> "Wire":
    from newsroom.stages.trial import UNKNOWN_WIRE, wire_of

    return wire_of(configuration, wire) if wire else UNKNOWN_WIRE


def _show_trial(
    story: "Story", lost: "tuple[Lost, ...]", verdicts: "list[Verdict]", furniture: str, *, as_json: bool
) -> None:
    losses = [{"path": each.path, "times": each.count, "value": each.value} for each in lost]
    if as_json:
        fields = {**story.model_dump(mode="json"), "body": story.body}
        judged = [_verdict(verdict) for verdict in verdicts]
        show.json({"story": fields, "lost": losses, "furniture": furniture, "verdicts": judged})
        return
    show.rows("Fields", _fields(story), as_json=False)
    show.line(f"Furniture: {furniture}")
    if losses:
        show.rows("Lost: in the wire's document, not in the story", losses, as_json=False)
    for verdict in verdicts:
        said = "passed" if verdict.passed else "held"
        show.rows(f"Checks of {verdict.scope}: {said}", _findings(verdict), as_json=False)


def _verdict(verdict: "Verdict") -> dict[str, Any]:
    return {**verdict.model_dump(mode="json"), "passed": verdict.passed}


def _fields(story: "Story") -> list[dict[str, Any]]:
    values = story.model_dump(exclude={"evidence", "blocks", "media", "subject"})
    values["body"] = story.body
    values["blocks"] = [f"{len(story.blocks)} blocks, {story.words} words"]
    values["subject"] = [f"{s.code} {s.name} ({s.label})" for s in story.subject]
    values["media"] = [f"{m.kind} {m.url}: {m.caption or '-'} / {m.credit or '-'}" for m in story.media]
    return [
        {"field": name, "value": _short(value), "evidence": story.evidence.get(name)}
        for name, value in values.items()
    ]


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SEEN:
        return f"{value[: SEEN // 2]} […] {value[-SEEN // 2 :]}"
    return value


def _findings(verdict: "Verdict") -> list[dict[str, Any]]:
    return [
        {"rule": f.rule, "field": f.field, "severity": f.severity, "passed": f.passed, "reason": f.reason}
        for f in verdict.findings
    ]
