import pytest

from newsroom.config import House, Partner
from newsroom.deliver import ninjs, rss
from newsroom.deliver.release_check import check_ninjs, check_rss
from newsroom.story import Block, paragraph

HOUSE = House(name="Front Range Desk", contact="desk@frontrange.example")
PARTNER = Partner(id="krdo", name="KRDO")


def rules(broken):
    return [(each.uri, each.rule) for each in broken]


def test_what_we_render_passes(house, partner, entries):
    assert check_rss(rss.render(house, partner, entries), entries) == ()
    assert check_ninjs(ninjs.render(house, partner, entries), entries) == ()


def test_a_story_without_headline_is_named_in_both(make):
    good, bad = make("good"), make("bad", headline="")
    assert rules(check_rss(rss.render(HOUSE, PARTNER, [good, bad]), [good, bad])) == [(bad.uri, "rss.title")]
    broken = check_ninjs(ninjs.render(HOUSE, PARTNER, [good, bad]), [good, bad])
    assert rules(broken) == [(bad.uri, "ninjs.headlines")]


def test_a_story_without_body_is_named_in_both(make):
    bad = make(blocks=(Block(kind="paragraph", text=" ", html="<p onclick='x'><script>x</script></p>"),))
    empty = make(blocks=())
    assert rules(check_rss(rss.render(HOUSE, PARTNER, [empty]), [empty])) == [(empty.uri, "rss.body")]
    assert (bad.uri, "ninjs.bodies") in rules(check_ninjs(ninjs.render(HOUSE, PARTNER, [bad]), [bad]))


def test_a_story_twice_is_named(make):
    twice = [make("a"), make("a"), make("b")]
    assert (twice[0].uri, "rss.stories") in rules(check_rss(rss.render(HOUSE, PARTNER, twice), twice))
    assert (twice[0].uri, "ninjs.stories") in rules(check_ninjs(ninjs.render(HOUSE, PARTNER, twice), twice))


def test_a_missing_story_is_noticed(make):
    entries = [make("a"), make("b")]
    assert (None, "rss.stories") in rules(check_rss(rss.render(HOUSE, PARTNER, entries[:1]), entries))
    assert (None, "ninjs.stories") in rules(check_ninjs(ninjs.render(HOUSE, PARTNER, entries[:1]), entries))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"</item>", b"", "rss.well_formed"),
        (b"The council", b"The \x0bcouncil", "rss.well_formed"),
        (b'version="2.0"', b'version="0.91"', "rss.root"),
        (b"<title>Front Range Desk for KRDO</title>", b"", "rss.channel.title"),
        (b"GMT</pubDate>", b"</pubDate>", "rss.pub_date"),
        (b"Z</dcterms:modified>", b"</dcterms:modified>", "rss.modified"),
        (b"&lt;p&gt;The council", b"&lt;p onclick='x()'&gt;The council", "rss.body"),
        (b"&lt;p&gt;The council", b"&lt;p&gt;&lt;p&gt;The council", "rss.body"),
        (b"<title>Council", b"<link>javascript:x</link><title>Council", "rss.link"),
        (b">urn:uuid:", b">urn:x:", "rss.guid"),
    ],
)
def test_rss_rules(make, old, new, rule):
    entries = [make()]
    document = rss.render(HOUSE, PARTNER, entries)
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_rss(document.replace(old, new), entries)}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'"type": "composite"', b'"type": "text"', "ninjs.root"),
        (b'"type": "composite"', b'"type": ', "ninjs.well_formed"),
        (b'"type": "text"', b'"x_quality": 1', "ninjs.properties"),
        (b'"version": "1"', b'"version": null', "ninjs.null"),
        (b'"name": "Council votes on the reservoir"', b'"name": ""', "ninjs.name"),
        (b'"firstCreated": "2026-11-20T10:00:00Z"', b'"firstCreated": "2026-11-20"', "ninjs.firstCreated"),
        (b"urn:uuid:", b"urn:x:", "ninjs.uri"),
        (b"<p>The council", b"<p style='x'>The council", "ninjs.bodies"),
    ],
)
def test_ninjs_rules(make, old, new, rule):
    entries = [make()]
    document = ninjs.render(HOUSE, PARTNER, entries)
    assert document.count(old) >= 1
    assert rule in {broken.rule for broken in check_ninjs(document.replace(old, new), entries)}


def test_external_entities_are_not_read(make, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret words", encoding="utf-8")
    entry = make(blocks=(paragraph("Body."),))
    document = rss.render(HOUSE, PARTNER, [entry])
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss '.encode()
    hostile = document.replace(b"<rss ", doctype, 1).replace(b"Council votes", b"&x;")
    broken = check_rss(hostile, [entry])
    assert all("secret words" not in each.reason for each in broken)
