"""The review of held stories as Airflow tasks: a question to a person for each, and the answer filed.

A story is untrusted text: it is no template, and no Markdown but ours.
"""

import logging
import re
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from wiring.assets import PASSED, passed_by
from wiring.tasks import labelled

if TYPE_CHECKING:
    from newsroom.stages.review import Waiting

log = logging.getLogger(__name__)

RELEASE, LEAVE = "Release", "Leave held"

ANSWERED_WITHIN = timedelta(hours=12)
"""A question that nobody answers by then leaves its story held."""

REVIEWED = passed_by("review")
"""Through this a release wakes the delivery."""

LABEL = "{{ label | default(task.headline, true) }}"
"""The headline until there is an answer, then what became of it."""

REASON = {
    "reason": Param(
        "",
        type="string",
        maxLength=2_000,
        title="Reason",
        description="Why it may pass although a check held it; a release needs one.",
    )
}
"""What a person may say besides."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@])")


@task
def which_wait() -> list[dict[str, Any]]:
    """The held stories that the form asks for, the newest first; skipped where none is held."""
    from newsroom.stages.review import waiting_stories
    from wiring.connections import newsroom

    params = get_current_context()["params"]
    with newsroom() as room:
        try:
            found = waiting_stories(room, params.get("wire"), int(params["at_once"]))
        except LookupError as error:
            raise AirflowFailException(str(error.args[0])) from None
    if not found:
        raise AirflowSkipException("no story is held")
    return [{"uri": uri, "n": n, "headline": headline} for uri, n, headline in found]


class ReviewStory(HITLOperator):
    """Asks a person about one held revision, waits without a worker, and files the answer with their name.

    Skipped where the story is not held any more, before it is asked about or when the answer comes.
    """

    template_fields: Collection[str] = ()

    def __init__(self, *, uri: str, n: int, headline: str, **kwargs: Any) -> None:
        """Ask about revision `n` of the story `uri`."""
        super().__init__(
            subject=headline,
            options=[RELEASE, LEAVE],
            defaults=[LEAVE],
            response_timeout=ANSWERED_WITHIN,
            **kwargs,
        )
        self.uri, self.n, self.headline = uri, n, headline

    def execute(self, context: Any) -> Any:
        """Show the story as it is now, and ask."""
        from newsroom.stages.review import show, still_waits
        from wiring.connections import newsroom

        with newsroom() as room:
            if over := still_waits(room, self.uri, self.n):
                self._over(over)
            self.body = question(show(room, self.uri, self.n))
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """File what was answered."""
        answer = super().execute_complete(context, event)
        person = (answer["responded_by_user"] or {}).get("name")
        if RELEASE not in answer["chosen_options"]:
            by = f"by {person}" if person else "as nobody answered"
            labelled(f"left held {by}: {self.headline}")
            return None
        self._release(context, str(person), str(answer["params_input"].get("reason") or ""))
        return None

    def _release(self, context: Any, person: str, reason: str) -> None:
        from newsroom.stages.life import release_story
        from newsroom.stages.review import still_waits
        from wiring.connections import newsroom

        with newsroom() as room:
            if over := still_waits(room, self.uri, self.n):
                self._over(f"{over}; {person}'s release was not filed")
            try:
                done = release_story(room, self.uri, by=person, reason=reason, n=self.n)
            except LookupError as error:
                raise AirflowFailException(f"{error.args[0]}; clear this task to be asked again") from None
        log.warning("released %s, revision %d, by %s: %s", done["uri"], done["n"], person, done["reason"])
        labelled(f"released by {person}: {self.headline}")
        context["outlet_events"][REVIEWED].add(PASSED, extra={"uri": self.uri})

    def _over(self, why: str) -> None:
        labelled(f"no longer held: {self.headline}")
        raise AirflowSkipException(f"{self.headline!r} is not held any more: {why}")


def question(story: "Waiting") -> str:
    """What is asked of a person, as Markdown."""
    reasons = "\n".join(f"- {plain(reason)}" for reason in story.reasons)
    more = "" if story.whole else " …"
    lines = [
        f"**{plain(story.provider)}**, revision {story.n}, filed {story.stored_at:%Y-%m-%d %H:%M}Z",
        f"It is held:\n\n{reasons}",
        f"> {plain(story.begins) or '(it has no text)'}{more}",
    ]
    if story.url and re.match("https?://", story.url):
        lines.append(f"[Read it at its wire](<{quote(story.url, safe=_IN_LINK)}>)")
    lines.append(f"Its whole life: `newsroom story {story.uri}`")
    return "\n\n".join(lines)


_IN_LINK = ":/?#@!$&'*+,;=%~-._"
"""What a link keeps as it is: nothing that ends it."""


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
