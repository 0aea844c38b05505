"""The command line: everything that needs no Airflow. `newsroom --help` lists it."""

import logging
import sys

import typer
from rich.text import Text

from newsroom.cli import desk, kills, ledger, partners, push, reading, reconcile, replay, running, upkeep
from newsroom.cli.local_desk import use_local_desk
from newsroom.cli.show import ERROR
from newsroom.cli.topics import topics

app = typer.Typer(
    name="newsroom",
    help="Wires in, checked stories out: the newsroom pipeline without Airflow.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("try")(reading.try_one)
app.command("read")(reading.read_many)
app.command("ingest")(running.ingest)
app.command("deliver")(running.deliver)
app.command("push")(push.push)
app.command("recheck")(running.recheck)
app.command("story")(desk.story)
app.command("changes")(desk.changes)
app.command("why")(desk.why)
app.command("held")(desk.held)
app.command("release")(desk.release)
app.command("kill")(kills.kill)
app.command("lift")(kills.lift)
app.command("kills")(kills.kills)
app.command("acknowledge")(push.acknowledge)
app.command("wires")(desk.wires)
app.add_typer(partners.app, name="partners")
app.command("ledger")(ledger.ledger)
app.command("furniture")(desk.furniture)
app.command("replay")(replay.replay)
app.add_typer(topics, name="topics")
app.command("reconcile")(reconcile.reconcile)
app.command("migrate")(upkeep.migrate)
app.command("reindex")(upkeep.reindex)
app.command("housekeeping")(upkeep.housekeeping)
app.command("doctor")(upkeep.doctor)


@app.callback()
def verbosity(verbose: bool = typer.Option(False, "--verbose", "-v", help="Log every step.")) -> None:
    """Wires in, checked stories out: the newsroom pipeline without Airflow."""
    level = logging.INFO if verbose else logging.ERROR
    use_local_desk()
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")


def _text_of(error: Exception) -> str | None:
    """What a person reads of an error that a person can mend; None of any other.

    The kinds are asked for when an error came: the bucket's cost a third of a second.
    """
    from newsroom.config import ConfigError
    from newsroom.store.bucket import BucketError
    from newsroom.store.database import MigrationFailed
    from newsroom.store.database_error import MENDED_BY_A_PERSON, unfit

    if isinstance(error, MENDED_BY_A_PERSON):
        return str(unfit(error))
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])
    if isinstance(error, (ConfigError, BucketError, MigrationFailed, LookupError)):
        return str(error)
    return None


def main() -> None:
    """Run a command; an error that a person can mend is one text, not a traceback."""
    try:
        app()
    except Exception as error:
        text = _text_of(error)
        if text is None:
            raise
        ERROR.print(Text(text, style="red"), soft_wrap=True)
        sys.exit(2)
