"""What a wire's pages repeat is left out of the next reading, and told; its file may keep it."""

from datetime import timedelta

import orjson
import pytest

from newsroom.stages import now
from newsroom.stages.furniture import learned_furniture
from newsroom.stages.poll import Selection
from newsroom.story import Revision, digest, story_uri

WIRE = ("public_agency",)


def teach(desk, line: str, like: Revision) -> None:
    """File the line in every other story of nine days."""
    others = []
    for n in range(9):
        uri = story_uri(like.story.wire, f"other-{n}")
        block = like.story.blocks[0].model_copy(
            update={"kind": "paragraph", "text": line, "html": f"<p>{line}</p>"}
        )
        story = like.story.model_copy(update={"uri": uri, "blocks": (block,)})
        said = {
            "uri": uri,
            "story": story,
            "stored_at": now() - timedelta(days=n),
            "item_key": digest(uri)[:32],
        }
        others.append(like.model_copy(update=said))
    desk.room.catalogue.add_revisions(others)


@pytest.mark.slow
def test_a_repeated_line_leaves_the_next_reading(desk):
    desk.ingest(WIRE)
    revisions = [
        Revision.from_json(desk.room.bucket.get(key))
        for key in desk.room.bucket.keys("stories/public_agency/")
    ]
    like = max(revisions, key=lambda revision: revision.story.words)
    line = min((block.text for block in like.story.blocks if block.kind == "paragraph"), key=len)
    teach(desk, line, like)
    (row,) = learned_furniture(desk.room, "public_agency")
    assert (row["line"], row["left_out"]) == (line, True)
    desk.ingest(WIRE, Selection(again=True))
    (key,) = (key for key in desk.room.bucket.keys("stories/public_agency/") if key.endswith("/2.json"))
    story = orjson.loads(desk.room.bucket.get(key))["story"]
    assert story["furniture"] == [line]
    assert line not in [block["text"] for block in story["blocks"]]
    wire = desk.room.configuration.wires["public_agency"]
    kept = wire.model_copy(update={"never_furniture": (line,)})
    desk.room.configuration.wires["public_agency"] = kept
    assert [row["left_out"] for row in learned_furniture(desk.room)] == [False]
