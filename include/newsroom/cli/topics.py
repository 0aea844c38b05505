"""Commands for topics: a newer vocabulary, and the labels that lead to none of its topics."""

from pathlib import Path
from typing import Annotated

import typer

from newsroom.cli import show

topics = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Take a newer IPTC Media Topics vocabulary, and list the labels that lead to no topic.",
)


@topics.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="IPTC's Media Topics as JSON.", exists=True, dir_okay=False, readable=True)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; write nothing.")
    ] = False,
    json: show.Json = False,
) -> None:
    """Take a newer or fuller IPTC Media Topics vocabulary, and tell what it adds, changes and retires.

    It is written to topics/media_topics.json of the configuration. One that is older, or lacks a topic that a
    topic map or a partner's product names, is refused.
    """
    from newsroom.config import load
    from newsroom.extract.media_topics import NotAVocabulary
    from newsroom.stages.topics import import_vocabulary

    try:
        done = import_vocabulary(load(), file, dry=dry_run)
    except (NotAVocabulary, OSError) as error:
        raise show.fail(str(error)) from None
    told = {
        "written": None if dry_run else str(done.path),
        "release": done.release,
        "release_before": done.before,
        "topics": done.topics,
        "counts": done.counts,
    }
    if json:
        show.json({**told, "changes": done.changes})
        return
    show.rows("Would be taken" if dry_run else "Taken", [told], as_json=False)
    show.rows("Changes", done.changes, as_json=False)


@topics.command("unmapped")
def unmapped(
    wire: Annotated[str | None, typer.Option(help="This wire's only.")] = None, json: show.Json = False
) -> None:
    """List labels that lead to no topic: how many stories have each, since when, and where to add it.

    A label that its map knows by now is left out.
    """
    from newsroom.stages import Newsroom
    from newsroom.stages.topics import unmapped_labels

    show.rows("Unmapped labels", unmapped_labels(Newsroom.from_environment(), wire), as_json=json)
