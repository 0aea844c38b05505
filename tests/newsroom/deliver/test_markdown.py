import html
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import frontmatter
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from newsroom.config import House, Partner
from newsroom.deliver import markdown
from newsroom.deliver.bundle import pack
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.markdown_body import body_markdown
from newsroom.deliver.markup import body_xhtml
from newsroom.deliver.release_check import check_markdown
from newsroom.deliver.release_check.markdown import parts
from newsroom.revise.kind import Revised
from newsroom.story import Block, paragraph

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = Withdrawal("urn:uuid:6f0e3c1a-0b53-5f39-9a36-3f2b8f7f3d10", 3, NOON, "kill")
HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")
SITE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
"""A partner's site, with all that it may take for markup."""


def edition(entries, withdrawals=()):
    return Edition(tuple(entries), NOON, tuple(withdrawals))


def unpacked(document):
    with zipfile.ZipFile(BytesIO(document)) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name) for name in bundle.namelist()}


def body_of(make, *blocks):
    return body_markdown(
        make(blocks=tuple(Block(kind="paragraph", text="x", html=each) for each in blocks)).story
    )


def words(markup):
    return "".join("".join(map(str, lxml_html.fromstring(f"<div>{markup}</div>").itertext())).split())


def test_golden(house, partner, entries, golden):
    files = unpacked(markdown.render(house, partner, edition(entries, [GONE])))
    assert len(files) == 4
    for name, body in files.items():
        golden(f"krdo.markdown/{name}", body)


TEXT = st.text(
    st.sampled_from("ab1 .,:;!?*_`~[]()<>#+-=|\\{}$%^&'\"@/é")
    | st.characters(exclude_categories=["Cs", "Cc"]),
    max_size=12,
).map(html.escape)
INLINE = st.recursive(
    TEXT,
    lambda inside: (
        st.lists(inside, max_size=3).map("".join)
        | st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["em", "strong"]), inside)
        | inside.map('<a href="https://x.example/a_b?(c)=*">{}</a>'.format)
        | st.just("<br>")
    ),
    max_leaves=5,
)
BLOCK = (
    INLINE.map("<p>{}</p>".format)
    | INLINE.map("<h2>{}</h2>".format)
    | INLINE.map("<blockquote><p>{}</p></blockquote>".format)
    | st.lists(INLINE, min_size=1, max_size=3).map(
        lambda items: f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    )
    | st.lists(st.lists(INLINE, min_size=1, max_size=3), min_size=1, max_size=3).map(
        lambda rows: (
            "<table><tbody>"
            + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
            + "</tbody></table>"
        )
    )
)


@given(blocks=st.lists(BLOCK, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_site_shows_every_sign_of_the_text_and_no_other(make, blocks):
    story = make(blocks=tuple(Block(kind="paragraph", text="x", html=each) for each in blocks)).story
    assert words(SITE.render(body_markdown(story))) == words(body_xhtml(story))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{ site.key }} {% include x %}", r"\{\{ site.key \}\} \{\% include x \%\}"),
        ('{{< youtube "x" >}}', r'\{\{\< youtube "x" \>\}\}'),
        (": a definition", r"\: a definition"),
        ("$$x$$ costs $5", r"\$\$x\$\$ costs $5"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("4 * 5 # not_a_mark", r"4 \* 5 \# not\_a\_mark"),
    ],
)
def test_no_text_is_markup_or_a_templates_command(make, text, written):
    assert body_of(make, f"<p>{html.escape(text, quote=False)}</p>") == written


@pytest.mark.parametrize(
    ("markup", "written"),
    [
        ("<h3>a</h3>", "### a"),
        ("<p><strong>Q: What?</strong> Then</p>", "**Q: What?** Then"),
        ("<p><strong>a,</strong>b</p>", "**a**,b"),
        ("<p><em>re</em><strong>opened</strong></p>", "*re***opened**"),
        ('<p><a href="https://x.example/a (b)">c</a></p>', "[c](https://x.example/a%20%28b%29)"),
        ("<ul><li>a<ol><li>b</li></ol></li></ul>", "- a\n  1. b"),
        (
            "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
            "|  |  |\n| --- | --- |\n| a |  |\n| b | c |",
        ),
    ],
)
def test_markup(make, markup, written):
    assert body_of(make, markup) == written


@given(
    text=TEXT.map(html.unescape)
    | st.sampled_from(["no", "1.10", "2026-11-20", "~", "null", "- a", "---", "a: b"])
)
@settings(max_examples=25, deadline=None)
def test_two_readers_of_yaml_read_every_text_back(make, text):
    """YAML 1.1 as PyYAML and Jekyll read it, 1.2 as ruamel.yaml and Hugo do."""
    entry = make(headline=f"H {text}", topics=(text,), ednote=text, signals=(text, text))
    written = markdown.story_file(entry)
    matter, _ = parts(written)
    wanted = markdown.front_matter(entry)
    assert {key: matter[key] for key in wanted} == wanted
    (front,) = re.findall(r"\A---\n(.*?\n)---\n", written.decode(), re.DOTALL)
    again = YAML(typ="safe").load(front)
    assert {key: str(again[key]) for key in ("title", "id")} == {key: wanted[key] for key in ("title", "id")}
    assert again.get("categories") == wanted.get("categories")


def test_a_sites_own_loader_reads_a_file(entries):
    post = frontmatter.loads(markdown.story_file(entries[0]).decode())
    assert post.metadata == markdown.front_matter(entries[0])
    assert post.content == body_markdown(entries[0].story)
    gone = frontmatter.loads(markdown.withdrawn_file(GONE).decode())
    assert (gone["id"], gone["draft"], gone["published"], gone.content) == (GONE.uri, True, False, "")


def test_all_that_the_story_knows_is_in_the_front_matter(entries):
    matter, body = parts(markdown.story_file(replace(entries[0], partial=True, mining_reserved=True)))
    story = entries[0].story
    assert matter["date"] == entries[0].published
    assert matter["lastmod"] == entries[0].modified
    assert matter["copyright"] == {
        "notice": story.copyrightnotice,
        "holder": story.copyrightholder,
        "year": 2026,
    }
    assert (matter["editors_note"], matter["urgency"]) == (story.ednote, 4)
    assert [each["credit"] for each in matter["media"]] == ["Ana Ortiz/Agency Sur", "Other Pictures"]
    assert matter["subjects"] == [{"code": "medtop:06000000", "name": "environment"}]
    assert (matter["excerpt_only"], matter["tdm_reservation"]) == (True, 1)
    assert "## What changes" in body


def test_a_correction_says_what_it_corrects(make):
    corrected = replace(
        make(), revised=Revised(kind="correction", reason="r", note="There are 221 lamps, not 212.")
    )
    matter, _ = parts(markdown.story_file(corrected))
    assert matter["revision"] == {"kind": "correction", "note": "There are 221 lamps, not 212."}
    assert "revision" not in parts(markdown.story_file(make()))[0]


def test_an_end_is_told_as_hugo_reads_it(make):
    matter, _ = parts(markdown.story_file(make(expires=NOON + timedelta(days=30))))
    assert matter["expiryDate"] == NOON + timedelta(days=30)


def test_a_withdrawn_story_takes_its_files_place_as_a_draft(make):
    story = make()
    first = unpacked(markdown.render(HOUSE, PARTNER, edition([story])))
    killed = Withdrawal(story.uri, 2, NOON, "kill")
    folder = first | unpacked(markdown.render(HOUSE, PARTNER, edition([], [killed])))
    ((_, text),) = folder.items()
    matter, body = parts(text)
    assert (matter["draft"], matter["published"], body) == (True, False, "")
    assert b"reservoir" not in text


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"---\n\n", b"", "front_matter"),
        (b'title: "Council', b'title: ["Council', "front_matter"),
        (b'title: "Council votes on the reservoir"', b'title: ""', "title"),
        (b"date: 2026-11-20T10:00:00Z", b'date: "soon"', "date"),
        (b"lastmod: 2026-11-20T11:00:00Z", b"lastmod: 2026-11-20", "lastmod"),
        (b'canonical_url: "https://wire.example/1"', b'canonical_url: "javascript:x"', "link"),
        (b"The council voted on Friday.\n\nThe reservoir stays.", b"", "body"),
        (b"The council", b"<script>x</script>The council", "body"),
        (GONE.uri.encode(), b"urn:uuid:0", "id"),
        (b"version: 3", b'version: "three"', "version"),
        (b"draft: true", b"draft: false", "draft"),
        (b"draft: true", b'draft: true\nbyline: "x"', "withdrawn"),
        (b"withdrawn:", b"kept:", "withdrawals"),
    ],
)
def test_rules(make, old, new, rule, altered):
    asked = edition([make(url="https://wire.example/1")], [GONE])
    document = markdown.render(HOUSE, PARTNER, asked)
    assert check_markdown(document, asked) == ()
    broken = check_markdown(altered(document, old, new), asked)
    assert f"markdown.{rule}" in {each.rule for each in broken}


def test_the_zip_is_whole_and_has_every_story_once(make):
    asked = edition([make()])
    document = markdown.render(HOUSE, PARTNER, asked)
    assert {broken.rule for broken in check_markdown(document[:-30], asked)} == {"markdown.zip"}
    assert {broken.rule for broken in check_markdown(pack([], NOON), asked)} == {"markdown.stories"}


def test_order_given_does_not_matter(house, partner, entries):
    render = markdown.render
    assert render(house, partner, edition(entries[::-1])) == render(house, partner, edition(entries))


def test_an_empty_body_names_its_story(make):
    empty = make("empty", blocks=(paragraph("\u200b"),))
    asked = edition([make("whole"), empty])
    broken = check_markdown(markdown.render(HOUSE, PARTNER, asked), asked)
    assert [(each.uri, each.rule) for each in broken] == [(empty.uri, "markdown.body")]
