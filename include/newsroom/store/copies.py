"""Copies are found by the version of each story that counts, whichever came last."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from pydantic import ValidationError

from newsroom.match.fingerprint import fingerprint
from newsroom.store.bucket import Bucket, Corrupt, Missing
from newsroom.store.catalogue import Catalogue
from newsroom.story import Revision, Story

log = logging.getLogger(__name__)


def link_copies(
    bucket: Bucket, catalogue: Catalogue, filed: Mapping[tuple[str, int], Story], window: timedelta
) -> None:
    """Find what filed stories are copies of; `filed` has by revision what was just filed, or found again.

    A version that counts and is not among them is read from the bucket; one that can't be is told, and what
    was compared so far stays.

    Raises:
        BucketError: the bucket can't be read.
    """
    prints = {}
    for row in catalogue.without_fingerprint(filed, window):
        revision = (row.uri, row.n)
        try:
            story = filed.get(revision) or Revision.from_json(bucket.get(row.key)).story
        except (Corrupt, Missing, ValidationError) as error:
            log.warning("%s: not compared with other stories: %s", row.key, str(error).splitlines()[0])
            continue
        prints[revision] = fingerprint(story)
    if prints:
        catalogue.add_fingerprints(prints, window)
