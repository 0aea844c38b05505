"""Bodies: structure kept, furniture and captions left out, pictures with their credit."""

import pytest

from newsroom.config import FurnitureRule
from newsroom.extract.body import assembled
from newsroom.extract.document import Unreadable
from newsroom.extract.furniture import WireFurniture
from newsroom.extract.html_tree import parse_html
from newsroom.extract.page import read
from newsroom.extract.segment import segments
from samplewire import load_samples


def test_lists_tables_quotes_and_headings_stay_what_they_are(sample_document):
    kinds = {
        block.kind
        for sample in load_samples().values()
        for block in read(sample_document(sample)).blocks
    }  # fmt: skip
    assert kinds == {"paragraph", "heading", "quote", "list", "table"}


def test_captions_are_the_pictures_and_not_prose(sample_document):
    story = read(sample_document(load_samples()["lighthouse_keeper"]))
    assert story.media
    first = story.media[0]
    assert first.caption is not None
    assert first.caption.startswith("The light at Skarv Point is lit at dusk")
    assert first.credit == "Mattias Eklöf/Nordhav Images"
    assert "The light at Skarv Point is lit at dusk" not in story.body


def test_markup_is_clean_and_links_are_whole(story, prose):
    body = (
        f'<p>{prose[0]} <a href="/x" onclick="evil()">a link</a> <script>evil()</script></p>'
        f'<p>{prose[1]} <a href="javascript:evil()">none</a></p>'
        + "".join(f"<p>{text}</p>" for text in prose[2:])
    )
    xhtml = story(body=body).body_xhtml
    assert 'href="https://site.example/x"' in xhtml
    assert "evil" not in xhtml
    assert "none" in xhtml


def test_a_page_filled_in_by_a_script_gives_the_body_of_its_data(document, prose):
    text = "\\n\\n".join(prose).replace('"', "")
    html = (
        '<html><head><script type="application/ld+json">{"@type":"NewsArticle","articleBody":"'
        f'{text}"}}</script></head><body><div id="app"></div></body></html>'
    )
    assert [block.text for block in read(document(html)).blocks] == list(prose)


def test_a_page_without_a_story_is_refused(document):
    with pytest.raises(Unreadable) as refused:
        read(document("<html><body></body></html>"))
    assert refused.value.refusal.code == "no_body"


def test_what_the_wires_file_puts_after_the_story_is_not_left_unread(document, prose):
    rules = [
        f"Rule {n} of this house: be civil, stay on the topic, and tell us who you are." for n in range(9)
    ]
    texts = (*prose, "House rules", *rules)
    page = f"<html><body><article>{''.join(f'<p>{text}</p>' for text in texts)}</article></body></html>"
    pieces = segments(parse_html(page))
    kept = [piece.text in prose for piece in pieces.pieces]
    wire = document("").wire
    for furniture, left in ((), rules), ((FurnitureRule(from_here="House rules"),), []):
        known = WireFurniture(wire.model_copy(update={"furniture": furniture}))
        body = assembled(pieces, kept, known, None)
        assert body.lines == prose
        assert list(body.unread) == left


def test_lines_between_the_first_pieces_are_told_apart(document, prose):
    texts = (prose[0], "Jane Roe", "9 June 2026", prose[1], "Advice", prose[2])
    pieces = segments(parse_html(f"<html><body>{''.join(f'<p>{text}</p>' for text in texts)}</body></html>"))
    kept = [piece.text in prose for piece in pieces.pieces]
    body = assembled(pieces, kept, WireFurniture(document("").wire), None)
    assert body.lines == prose[:3]
    assert (body.head_lines, body.among_lines) == ((), ("Jane Roe", "9 June 2026"))


def between(markup: str, prose: tuple[str, ...]) -> str:
    first, *rest = (f"<p>{text}</p>" for text in prose)
    return first + markup + "".join(rest)


def test_a_list_among_the_paragraphs_is_kept_whole(story, prose):
    items = (
        "<ul><li>A boat that sails at night, when the council wants it to, and by day.</li><li>Two</li></ul>"
    )
    said = story(body=between(items, prose))
    assert [block.kind for block in said.blocks][:3] == ["paragraph", "list", "paragraph"]
    assert said.blocks[1].text.endswith("\nTwo")


def test_a_table_among_the_paragraphs_is_kept_whole(story, prose):
    rows = "<tr><th>Boat</th><th>Cost</th></tr><tr><td>One</td><td>$5</td></tr>"
    said = story(body=between(f"<table>{rows}</table>", prose))
    assert said.blocks[1].text == "Boat\tCost\nOne\t$5"
    assert said.blocks[1].html == f"<table><tbody>{rows}</tbody></table>"


def test_a_table_of_links_is_the_sites(story, prose):
    rows = "<tr><td><a href='/a'>More</a></td><td><a href='/b'>Boats</a></td></tr>"
    assert [block.kind for block in story(body=between(f"<table>{rows}</table>", prose)).blocks] == [
        "paragraph"
    ] * len(prose)
