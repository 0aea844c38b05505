"""Where things lie in the bucket. Keys hold our own ids and digests alone, never a wire's text."""

from datetime import UTC, datetime

from newsroom.story import digest

STORIES = "stories/"
"""Under which every revision lies."""

WORK = "work/"
"""Under which the stages of a run hand each other their work."""


def raw(wire: str, sha256: str) -> str:
    """Bytes as they came, under their own digest."""
    return f"raw/{wire}/{sha256[:2]}/{sha256}"


def work(wire: str, feed: str, run: str) -> str:
    """The folder of one feed's work in one run; housekeeping removes it after some days."""
    return f"{WORK}{wire}/{feed}/{digest(run)[:24]}"


def quarantine(wire: str, raw_key: str) -> str:
    """The note that says why the bytes under `raw_key` could not be read."""
    return f"quarantine/{wire}/{raw_key.rsplit('/', 1)[-1]}.json"


def quarantined_entry(wire: str, raw_key: str, item: str) -> str:
    """The note that says why one entry could not be read from the bytes under `raw_key`."""
    return f"quarantine/{wire}/{raw_key.rsplit('/', 1)[-1]}-{item}.json"


def raw_of_quarantine(wire: str, key: str) -> str:
    """Where the bytes lie that such a note is of."""
    return raw(wire, key.rsplit("/", 1)[-1].removesuffix(".json").partition("-")[0])


def story_id(uri: str) -> str:
    """The UUID of a story's uri."""
    return uri.removeprefix("urn:uuid:")


def revision(wire: str, uri: str, n: int) -> str:
    """A revision: written once, never changed."""
    return f"{STORIES}{wire}/{story_id(uri)}/{n}.json"


def verdicts(wire: str, stamp: str, sha256: str) -> str:
    """What one check said of some revisions: one object for all, as a check judges a batch."""
    return f"verdicts/{wire}/{stamp}-{sha256[:16]}.json"


def stamp(moment: datetime) -> str:
    """A time that sorts as text, in UTC."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


def decision(uri: str, stamp: str) -> str:
    """What a person decided on a story."""
    return f"decisions/{story_id(uri)}/{stamp}.json"


def kill(uri: str, evidence: str) -> str:
    """A kill of a story: the same evidence, the same key."""
    return f"kills/{story_id(uri)}/{evidence[:32]}.json"


def lift(uri: str, stamp: str) -> str:
    """A person's lifting of a story's kills."""
    return f"lifts/{story_id(uri)}/{stamp}.json"


def kill_receipt(uri: str, evidence: str, partner: str) -> str:
    """That a kill reached a partner."""
    return f"killed/{story_id(uri)}/{evidence[:32]}/{partner}.json"


def kill_request(request: str) -> str:
    """A kill that waits for a person."""
    return f"kill_requests/{request}.json"


def kill_answer(request: str) -> str:
    """What a person said to a kill that waited."""
    return f"kill_answers/{request}.json"


def delivery(partner: str, stamp: str) -> str:
    """What entered and left a partner's feed in one tick."""
    return f"deliveries/{partner}/{stamp}.json"


def report(kind: str, part: str, stamp: str) -> str:
    """What was found when one part was looked through: of one day, beside the other parts'."""
    return f"reports/{kind}/{stamp[:8]}/{stamp}-{part.replace(':', '-')}.json"


def push_start(partner: str, target: str) -> str:
    """Since when a target is told of stories."""
    return f"push_starts/{partner}/{target}.json"


def push_outcome(partner: str, target: str, message: str, state: str) -> str:
    """What came of a message: a receipt, or why there is none."""
    return f"pushed/{partner}/{target}/{message}/{state}.json"


def acknowledgement(partner: str, target: str, message: str) -> str:
    """That a partner said a killed story is gone."""
    return f"acknowledged/{partner}/{target}/{message}.json"


def document(partner: str, name: str) -> str:
    """One of a partner's feeds, as `rss.xml`."""
    return f"partners/{partner}/{name}"


CHANGES_PAGES = "changes-"
"""How the names of a change feed's full pages begin."""


def changes_page(page: int) -> str:
    """The name of a full page of a partner's change feed; they sort as they follow each other."""
    return f"{CHANGES_PAGES}{page:08}.json"
