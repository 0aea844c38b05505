"""Furniture that was learned leaves the body, but not what the checks need, and never much of a story."""

from newsroom.match.repeated import line_key
from newsroom.story import Story

BOX = "Sign our visitors' book at the harbor office, 12 Quay Street."


def keys(*lines: str) -> frozenset[str]:
    return frozenset(key for line in lines if (key := line_key(line)))


def test_a_line_is_the_same_whatever_its_case_digits_and_spacing():
    assert line_key("Read  12 COMMENTS") == line_key("read 7 comments") != line_key("read comments")
    assert line_key("123 — 45") is None
    assert line_key("word " * 41) is None
    for notice in (
        "© 2026 Harbor News",
        "Copyright Harbor News",
        "ⓒ Harbor News",
        "Todos los derechos reservados.",
    ):
        assert line_key(notice) is None


def test_a_learned_line_leaves_the_body_and_is_told(story):
    known = keys(BOX.upper().replace("12", "7"))
    said: Story = story(below=f"<p>{BOX}</p>", learned=known)
    plain: Story = story(below=f"<p>{BOX}</p>")
    assert BOX in plain.body
    assert BOX not in said.body
    assert said.furniture == (BOX,)
    assert [block for block in plain.blocks if block.text != BOX] == list(said.blocks)
    assert not said.flags


def test_what_the_checks_need_stays_known(story):
    notice = "© 2026 Harbor News. All rights reserved."
    credit = "Story by Harbor News"
    plain = story(above=f"<p>{credit}</p>", below=f"<p>{notice}</p>")
    said = story(above=f"<p>{credit}</p>", below=f"<p>{notice}</p>", learned=keys(notice, credit))
    assert said.copyrightnotice == plain.copyrightnotice == notice
    assert (said.byline, said.creditline, said.source) == (plain.byline, plain.creditline, plain.source)
    assert said.blocks == plain.blocks


def test_a_story_of_which_much_would_go_is_held_and_kept_whole(story):
    plain = story()
    known = keys(*(block.text for block in plain.blocks[:2]))
    said = story(learned=known)
    assert said.blocks == plain.blocks
    assert said.furniture == ()
    (flag,) = (flag for flag in said.flags if flag.startswith("gate."))
    assert flag.startswith("gate.furniture: body: ")
    assert "see `newsroom furniture`" in flag
