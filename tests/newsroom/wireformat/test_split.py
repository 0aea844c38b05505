"""Documents of several items: each comes alone, and one that can't be read leaves the others be."""

import time

import orjson
import pytest

from newsroom.extract.children import read_one
from newsroom.extract.document import Unreadable
from newsroom.extract.page import read as read_story
from newsroom.fetch.errors import NotAFeed
from newsroom.story import Refusal, Story
from newsroom.wireformat.split import format_of

TEXT = (
    "The council of the harbor town met on Tuesday to decide whether the old ferry should sail at night.\n\n"
    "A decision is expected in the autumn, when the boats have been taken out of the water and counted."
)


def item(number, **more):
    return {
        "uri": f"urn:x-item:{number}",
        "type": "text",
        "version": "1",
        "versionCreated": "2026-06-10T10:00:00Z",
        "headlines": [{"value": f"Story {number}"}],
        "bodies": [{"value": TEXT}],
    } | more


def composite(*members, **more):
    return {"uri": "urn:x:all", "type": "composite", "associations": list(members)} | more


def picture(**more):
    rendition = {"name": "web", "href": "https://p.example/1.jpg", "contentType": "image/jpeg"}
    return {"name": "p", "uri": "urn:x:p", "type": "picture", "renditions": [rendition]} | more


def json(value):
    return orjson.dumps(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"uri": "urn:1", "headline": "H"}', "ninjs"),
        ('[{"uri": "urn:1", "body_text": "B"}]', "ninjs"),
        ('{"items": [{"uri": "urn:1", "bodies": []}]}', "ninjs"),
        ('{"standard": {"name": "ninjs"}}', "ninjs"),
        ('{"data": {"items": [{"item": {"altids": {"itemid": "a"}}}]}}', "ap_media"),
        ('{"data": {"item": {"altids": {"itemid": "a"}}}}', "ap_media"),
        ('{"altids": {"itemid": "a"}, "type": "text", "uri": "https://a"}', "ap_media"),
        ("<?xml version='1.0'?><!-- a --><nitf>", "nitf"),
        ("<!DOCTYPE nitf [<!ENTITY a 'b'>]>\n<nitf>", "nitf"),
        ("<g2:newsItem xmlns:g2='http://iptc.org/std/nar/2006-10-01/'>", "newsml_g2"),
        ("<newsMessage/>", "newsml_g2"),
        ("<packageItem>", "newsml_g2"),
        ("<html><nitf>", None),
        ("<nitfx>", None),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', None),
        ('{"uri": 5}', None),
        ("[]", None),
        ("{", None),
        ("", None),
    ],
)
def test_formats_are_told_by_their_content(text, kind):
    assert format_of(text) == kind


@pytest.mark.parametrize(
    "listing",
    [
        [item(1), item(2)],
        {"items": [item(1), item(2)], "total": 2},
        item("all", type="composite", bodies=[], associations=[{"name": "a", **item(1)}, item(2)]),
        item("all", type="composite", bodies=[], associations={"a": item(1), "b": item(2)}),
        {"uri": "urn:x", "type": "composite", "associations": [item(1), composite(item(2))]},
    ],
)
def test_items_of_a_list_and_of_a_composite(read, document, listing):
    told = read(json(listing), "ninjs")
    assert [(one.guid, one.version, one.title) for one in told.items] == [
        ("urn:x-item:1", "1", "Story 1"),
        ("urn:x-item:2", "1", "Story 2"),
    ]
    assert [read_story(document(one)).headline for one in told.items] == ["Story 1", "Story 2"]


def test_a_composite_with_a_text_of_its_own_is_a_story(read, document):
    told = read(json(item("all", type="composite", associations=[picture(), item(1), item(2, bodies=[])])))
    assert [one.guid for one in told.items] == ["urn:x-item:all", "urn:x-item:1"]
    story = read_story(document(told.items[0]))
    assert [each.url for each in story.media] == ["https://p.example/1.jpg"]
    assert len(story.blocks) == 2


def test_pictures_go_with_the_only_text_of_a_composite(read, document):
    one = read(json(composite(item(1), picture())))
    assert [each.url for each in read_story(document(one.items[0])).media] == ["https://p.example/1.jpg"]
    assert one.warnings == ()
    several = read(json(composite(item(1), item(2), picture())))
    assert [read_story(document(each)).media for each in several.items] == [(), ()]
    assert "feed: 1 items are of the type picture, and were left out" in several.warnings


@pytest.mark.parametrize("status", ["withheld", "canceled", "killed", 5])
def test_what_keeps_a_composite_back_keeps_back_its_items(read, status):
    told = read(json(composite(item(1), item(2, pubStatus="canceled"), pubStatus=status)))
    assert {one.guid: one.pubstatus for one in told.items} == {
        "urn:x:all": "canceled" if status == "canceled" else "withheld",
        "urn:x-item:1": "withheld",
        "urn:x-item:2": "canceled",
    }


@pytest.mark.parametrize(
    ("outer", "inner", "until"),
    [
        ("2026-07-01T00:00:00Z", None, "2026-07-01T00:00:00Z"),
        ("2026-07-01T00:00:00Z", "2026-06-20T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("2026-06-20T00:00:00Z", "2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("2026-07-01T00:00:00+02:00", "2026-06-30T23:00:00Z", "2026-06-30T23:00:00Z"),
        ("at noon", "2026-07-01T00:00:00Z", None),
    ],
)
def test_the_later_embargo_holds(read, document, outer, inner, until):
    told = read(json(composite(item(1, embargoedUntil=inner), embargoedUntil=outer)))
    story = read_story(document(told.items[0]))
    assert (story.embargoed.isoformat().replace("+00:00", "Z") if story.embargoed else None) == until
    assert story.pubstatus == ("usable" if until else "withheld")


def test_an_item_without_rights_has_those_of_its_composite(read, document):
    own = item(2, copyrightHolder="Someone Else", usageTerms="None.")
    told = read(json(composite(item(1), own, copyrightHolder="ND", usageTerms="Not in Norway.")))
    rights = [(s.copyrightholder, s.usageterms) for s in map(read_story, map(document, told.items))]
    assert rights == [("ND", "Not in Norway."), ("Someone Else", "None.")]


def test_the_picture_that_is_kept_back_stands_beside_no_story(read, document):
    for status in ("withheld", "canceled", "odd"):
        told = read(json(item(1, associations=[picture(pubStatus=status)])))
        assert read_story(document(told.items[0])).media == ()


@pytest.mark.parametrize(
    ("until", "shown"),
    [
        ("2026-06-10T10:00:00Z", True),
        ("2026-06-20T00:00:00Z", True),
        ("2026-06-21T00:00:00Z", False),
        ("noon", False),
        (["2026-06-01T00:00:00Z"], False),
    ],
)
def test_a_picture_whose_own_embargo_is_longer_stands_beside_no_story(read, document, until, shown):
    one = item(1, embargoedUntil="2026-06-20T00:00:00Z", associations=[picture(embargoedUntil=until)])
    story = read_story(document(read(json(one)).items[0]))
    assert bool(story.media) == shown
    assert any(flag.startswith("wire.media: associations[0]: ") for flag in story.flags) != shown


@pytest.mark.parametrize("status", [["canceled"], {"name": "usable"}])
def test_a_picture_whose_status_cannot_be_read_stands_beside_no_story(read, document, status):
    one = item(1, associations=[picture(pubStatus=status)])
    assert read_story(document(read(json(one)).items[0])).media == ()


def test_texts_within_a_text_are_told(read):
    told = read(json(item(1, associations=[{"name": "side", **item(2)}, picture()])))
    assert [one.guid for one in told.items] == ["urn:x-item:1"]
    assert told.warnings == ("feed: 1 items are texts that stand within another, and were left out",)


def test_the_longer_body_counts_though_it_has_no_marks(read, document):
    teaser = {"contentType": "text/html", "value": f"<p>{TEXT[:60]}</p>"}
    whole = {"contentType": "text/html", "value": "".join(f"<p>{p}</p>" for p in TEXT.split("\n\n"))}
    sgml = {"contentType": "application/xml", "value": f"<TT><HEAD><NO 1>{TEXT} {TEXT[::-1]}</TT>"}
    for bodies in ([teaser, {"value": TEXT}], [{"value": TEXT}, whole], [sgml, teaser, whole]):
        told = read(json(item(1, bodies=bodies)))
        assert len(read_story(document(told.items[0])).blocks) == 2


def test_a_headline_that_says_it_is_markup_is_read_as_that(read, document):
    for kind, headline in (("text/html", "Fish & <b>chips</b>"), ("text/plain", "a < b &amp; c")):
        value = "Fish &amp; &lt;b&gt;<em>chips</em>&lt;/b&gt;" if kind == "text/html" else headline
        told = read(json(item(1, headlines=[{"contentType": kind, "value": value}])))
        assert told.items[0].title == headline
        assert read_story(document(told.items[0])).headline == headline


def test_of_two_versions_in_one_document_the_newer_stands_whatever_its_date_and_title(read):
    older = item(1, version="9", versionCreated="2026-06-10T12:00:00Z")
    newer = item(1, version="10", versionCreated="2026-06-10T11:00:00Z", headlines=[{"value": "Corrected"}])
    for pair in ([older, newer], [newer, older]):
        told = read(json(pair))
        assert [(one.guid, one.version, one.title) for one in told.items] == [
            ("urn:x-item:1", "10", "Corrected")
        ]
        assert any("repeat the id" in warning for warning in told.warnings)


def test_one_bad_item_leaves_the_others_be(read, document):
    bad = [
        item(1, uri=None),
        item(2, uri={"a": 1}),
        item(3, bodies=[{"value": {"deep": "x"}}]),
        item(4, headlines=5, bodies=[{"value": None}]),
        item(5, subjects=[{"name": "s"}] * 30_000),
        item(6, bodies=[{"value": "<p>" * 200_000, "contentType": "text/html"}]),
        "no object",
        None,
    ]
    good = [item(7), item(8)]
    told = read(json([*bad, *good]))
    assert told.warnings == ("feed: 2 items are no objects, and were left out",)
    assert len({one.key for one in told.items}) == 8
    results = [read_one(document(one)) for one in told.items]
    assert [result.code if isinstance(result, Refusal) else result.headline for result in results] == [
        *("no_id", "no_id", "no_body", "no_body", "hostile_document", "hostile_markup"),
        *("Story 7", "Story 8"),
    ]
    assert all(result.reason for result in results[:6] if isinstance(result, Refusal))


@pytest.mark.parametrize("statuses", [("canceled", "usable"), ("usable", "canceled")])
def test_of_a_name_that_stands_twice_both_are_heard(read, document, statuses):
    said = ", ".join(f'"pubStatus": "{status}"' for status in statuses)
    told = read(json(item(1)).decode().removesuffix("}") + f', {said}, "slugline": "\\ud800"}}')
    assert [one.pubstatus for one in told.items] == ["canceled"]
    assert "json: saw more than one 'pubStatus' in one object" in told.warnings[0]
    again = '{"uri": "urn:x:1", "headlines": [], "uri": "urn:x:1", "bodies": []}'
    assert [(one.guid, read(again).warnings) for one in read(again).items] == [("urn:x:1", ())]


def test_lone_surrogates_do_not_stop_an_item(read, document):
    told = read(json([item(1), item(2)]).replace(b"Story 1", rb"Story \ud83d1"))
    assert [read_story(document(one)).headline for one in told.items] == ["Story 1", "Story 2"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "bodies",
    [
        [{"value": "<" * 5_000_000}],
        [{"value": "w\n" * 5_000_000}],
        [0] * 3_000_000,
    ],
)
def test_one_items_size_costs_no_time_and_leaves_the_others_be(read, document, bodies):
    began = time.process_time()
    told = read(json([item(1, bodies=bodies), item(2)]))
    large, other = (read_one(document(one)) for one in told.items)
    assert isinstance(large, Refusal)
    assert large.code == "hostile_document"
    assert isinstance(other, Story)
    assert other.headline == "Story 2"
    assert time.process_time() - began < 10


def test_what_items_share_is_not_copied_beyond_measure(read):
    shared = json(composite(*map(item, range(200)), usageTerms="No sales. " * 100_000))
    with pytest.raises(NotAFeed, match="hostile_feed: feed: document: saw items of more than 100,000,000"):
        read(shared)


def test_packages_are_not_copied_beyond_measure(read):
    texts = "".join(f'<newsItem guid="t{n}"/>' for n in range(600))
    refs = "".join(f'<itemRef residref="t{n}"/>' for n in range(600))
    with pytest.raises(NotAFeed, match="hostile_feed: feed: xml: saw packages"):
        read(
            f'<newsMessage><itemSet>{texts}<packageItem guid="p">{refs}</packageItem></itemSet></newsMessage>'
        )
    assert len(read(f"<newsMessage><itemSet>{texts}</itemSet></newsMessage>").items) == 600


def test_only_so_many_items_are_read(read):
    told = read(json([item(n) for n in range(2_005)]))
    assert len(told.items) == 2_000
    assert told.warnings == (
        "feed: saw 2005 entries; only the first 2000 are read (`politeness: max_items:`)",
    )


def test_pictures_are_counted_and_their_kill_is_not_lost(read, document):
    told = read(
        json([item(1, type="picture"), item(2, type="video"), item(3, type="picture", pubStatus="canceled")])
    )
    assert told.warnings == (
        "feed: 1 items are of the type picture, and were left out",
        "feed: 1 items are of the type video, and were left out",
    )
    (kill,) = told.items
    assert read_story(document(kill)).pubstatus == "canceled"


def test_a_list_of_nothing_is_no_failure(read):
    told = read("[]", "ninjs")
    assert (told.items, told.complete, told.warnings) == ((), True, ("feed: it has no entries",))
    with pytest.raises(NotAFeed, match="not_a_feed: feed: saw JSON"):
        read("[]", "auto")


def test_another_kind_than_the_wires_file_says_is_refused(read):
    with pytest.raises(NotAFeed, match="saw ninjs; wanted nitf"):
        read(json(item(1)), "nitf")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"uri": "urn:1", "headline": ', "malformed_feed"),
        (b'{"some": "thing"}', "not_a_feed"),
        (b"[1, 2, 3]", "not_a_feed"),
        (b"[[[[" * 20_000, "malformed_feed"),
        (b"<nitf><body><p>half", "truncated_feed"),
        (b"<!DOCTYPE nitf [<!ENTITY a 'b'>]><nitf>&a;</nitf>", "hostile_feed"),
        (b"<conceptItem xmlns='http://iptc.org/std/nar/2006-10-01/'/>", "not_a_feed"),
    ],
)
def test_what_is_no_document_of_a_wire(read, body, code):
    with pytest.raises(NotAFeed) as caught:
        read(body)
    assert caught.value.code == code
    assert caught.value.reason


def test_a_charset_that_is_not_what_it_says_is_told(read, document):
    body = "<p>Im Café an der Brücke wird am Samstag getanzt, sagte die Müllerin, die über den Fluß kam.</p>"
    nitf = f"<nitf><body><body.content>{body * 3}</body.content></body></nitf>"
    told = read(f'<?xml version="1.0" encoding="utf-8"?>{nitf}'.encode("cp1252"))
    assert told.warnings == ("charset: guessed cp1252; wanted one that is named and fits",)
    assert "über den Fluß" in read_story(document(told.items[0])).body


def test_a_message_with_several_texts_gives_each_its_own_pictures(read, document, samples):
    body = (samples / "newsml_g2_message.xml").read_bytes()
    second = b"""<newsItem guid="tag:n.example,2026:other" version="1" standard="NewsML-G2">
      <itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:ND"/>
      <versionCreated>2026-06-08T20:10:00Z</versionCreated></itemMeta>
      <contentMeta><headline>Another story</headline></contentMeta>
      <contentSet><inlineData contenttype="text/plain">Text enough to be a body.</inlineData></contentSet>
    </newsItem></itemSet>"""
    told = read(body.replace(b"</itemSet>", second))
    stories = {one.guid: read_story(document(one)) for one in told.items if one.document}
    assert len(stories["tag:northerndispatch.example,2026:senja-star"].media) == 1
    assert stories["tag:n.example,2026:other"].media == ()
    assert stories["tag:n.example,2026:other"].body == "Text enough to be a body."


def test_the_digest_hangs_on_the_item_and_not_on_its_envelope(read, samples):
    message = (samples / "newsml_g2_message.xml").read_bytes()
    later = message.replace(b"<sent>2026-06-08T20:12:00Z", b"<sent>2026-06-09T20:12:00Z")
    assert [one.digest for one in read(message).items] == [one.digest for one in read(later).items]
    listing = (samples / "ap_feed.json").read_bytes()
    again = listing.replace(b"qt=UdkHPLCC", b"qt=Another1")
    assert again != listing
    assert [one.digest for one in read(listing).items] == [one.digest for one in read(again).items]
    changed = listing.replace(b"brought in after 31", b"brought in after 32")
    assert [one.digest for one in read(listing).items] != [one.digest for one in read(changed).items]


@pytest.mark.parametrize(
    ("said", "status"), [("canceled", "canceled"), ("withheld", "withheld"), ("embargoed", "withheld")]
)
def test_a_document_may_kill_or_hold_another(read, document, said, status):
    kill = (
        b"<nitf><head><docdata management-status='usable' management-doc-idref='nd-1'"
        b" management-idref-status='SAID'><doc-id id-string='nd-2'/></docdata></head>"
        b"<body><body.head><hedline><hl1>A new story</hl1></hedline></body.head>"
        b"<body.content><p>The text of the new story, in the place of one.</p></body.content></body></nitf>"
    )
    told = read(kill.replace(b"SAID", said.encode()))
    new, old = (read_story(document(one)) for one in told.items)
    assert (new.wire_id, new.pubstatus, old.wire_id, old.pubstatus) == ("nd-2", "usable", "nd-1", status)
    assert new.flags[0].startswith("wire.other_item: ")


def test_what_a_link_leads_to_is_read_by_its_content(document, samples):
    body = (samples / "newsml_g2_item.xml").read_bytes()
    story = read_story(document(None, body, "https://wire.example/items/1.xml"))
    assert (story.wire_id, story.wire_version) == ("tag:northerndispatch.example,2026:senja-star", "4")
    assert story.url == "https://wire.example/items/1.xml"


def test_a_linked_document_of_several_items_gives_the_one_that_the_entry_names(read, document):
    listing = json([item(1), item(2)])
    (entry,) = read(json([item(2)])).items
    linked = entry.model_copy(update={"document": None, "format": None})
    story = read_story(document(linked, listing, "https://wire.example/list.json"))
    assert story.headline == "Story 2"
    assert story.flags == ("wire.more_items: the document holds 1 more; list its address as a feed",)
    unnamed = linked.model_copy(update={"guid": "urn:else"})
    with pytest.raises(Unreadable, match="several_items"):
        read_story(document(unnamed, listing))


def test_a_linked_text_that_is_no_document_is_the_items_body(read, document):
    bare = item(
        1, bodies=[], renditions=[{"name": "text", "href": "https://a.example/1", "contentType": "text/html"}]
    )
    (entry,) = read(json(bare)).items
    assert entry.url == "https://a.example/1"
    page = f"<html><head><title>No prose</title></head><body><p>{TEXT}</p></body></html>".encode()
    assert read_story(document(entry, page)).body == " ".join(TEXT.split())
    assert [block.text for block in read_story(document(entry, TEXT.encode())).blocks] == TEXT.split("\n\n")
    with pytest.raises(
        Unreadable, match=r"no_body: body: it lies at https://a\.example/1, which was not fetched"
    ):
        read_story(document(entry))


@pytest.mark.parametrize("status", ["withheld", "canceled"])
def test_a_hold_does_not_wait_for_a_text_that_cannot_be_read(read, document, status):
    renditions = [{"href": "https://a.example/1", "contentType": "text/xml"}]
    (entry,) = read(json(item(1, bodies=[], pubStatus=status, renditions=renditions))).items
    assert (entry.pubstatus, entry.url is None) == (status, status == "canceled")
    story = read_story(document(entry, b"<nitf><body>half"))
    assert (story.pubstatus, story.blocks) == (status, ())
    assert story.flags[0].startswith("wire.rendition: truncated_document: ")


def test_an_entry_lends_what_its_document_leaves_out(read, document):
    nitf = f"<nitf><body><body.content><p>{TEXT}</p></body.content></body></nitf>".encode()
    rss = b"""<rss version="2.0"><channel><item><guid>urn:x:7</guid><link>https://wire.example/7.xml</link>
      <title>From the feed</title><category>Industry</category>
      <pubDate>Wed, 10 Jun 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
    (entry,) = read(rss).items
    story = read_story(document(entry, nitf))
    assert (story.headline, story.wire_id, story.topics) == ("From the feed", "urn:x:7", ("Industry",))
    assert story.firstcreated == entry.published
