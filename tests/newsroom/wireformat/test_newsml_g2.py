"""NewsML-G2 items beside which something else stands: data, several bodies, what is held back."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from newsroom.extract.document import Unreadable
from newsroom.extract.page import read as read_story

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
FORM = 'version="1" standard="NewsML-G2" standardversion="2.35" conformance="power"'
CATALOG = '<catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"/>'
TEXT = "The lighthouse keeper of Halden Bay has counted ships for 31 years; on Monday he counted his last."
XHTML = f'<p xmlns="http://www.w3.org/1999/xhtml">{TEXT}</p>'
SPORTS = '<sports-content xmlns="http://iptc.org/std/SportsML/2008-04-01/"><team>Reds</team></sports-content>'
PICTURE = '<remoteContent href="https://p.example/1.jpg" contenttype="image/jpeg" width="900" height="600"/>'


def xml(inside: str) -> str:
    return f"<inlineXML>{inside}</inlineXML>"


def meta(kind: str, more: str = "") -> str:
    return (
        f'<itemMeta><itemClass qcode="ninat:{kind}"/><provider literal="ND"/>'
        f"<versionCreated>2026-06-08T12:00:00Z</versionCreated>{more}</itemMeta>"
    )


def item(guid: str = "urn:x:1", kind: str = "text", content: str = xml(XHTML), more: str = "") -> str:
    return (
        f'<newsItem {NAR} guid="{guid}" {FORM} xml:lang="en">{CATALOG}{meta(kind, more)}'
        f"<contentMeta><headline>Keeper counts his last ship</headline></contentMeta>"
        f"<contentSet>{content}</contentSet></newsItem>"
    )


def package(*guids: str, more: str = "") -> str:
    refs = "".join(f'<itemRef residref="{guid}"/>' for guid in guids)
    groups = f'<groupSet root="g"><group id="g" role="group:main">{refs}</group></groupSet>'
    return (
        f'<packageItem {NAR} guid="urn:x:p" {FORM}>{CATALOG}{meta("composite", more)}{groups}</packageItem>'
    )


def message(*items: str) -> str:
    header = "<header><sent>2026-06-08T12:00:00Z</sent></header>"
    return f"<newsMessage {NAR}>{header}<itemSet>{''.join(items)}</itemSet></newsMessage>"


WITHHELD, CANCELED = ('<pubStatus qcode="stat:withheld"/>', '<pubStatus qcode="stat:canceled"/>')
USABLE = '<pubStatus qcode="stat:usable"/>'


def until(moment: str) -> str:
    return f"<embargoed>{moment}</embargoed>"


@pytest.mark.parametrize(
    "made",
    [
        item(content=xml(SPORTS) + xml(XHTML)),
        message(item(), package("urn:x:1", more=until("2026-07-01T00:00:00Z") + WITHHELD)),
        message(item(), item("urn:x:2", "picture", PICTURE, CANCELED)),
    ],
)
def test_what_these_tests_read_is_valid(made):
    folder = os.environ.get("NEWSROOM_SCHEMAS")
    if not folder:
        pytest.skip("NEWSROOM_SCHEMAS does not name the folder of official schemas")
    path = Path(folder) / "newsml-g2" / "NewsML-G2_2.35-spec-All-Power.xsd"
    validator = etree.XMLSchema(etree.parse(path))
    assert validator.validate(etree.fromstring(made)), validator.error_log


@pytest.mark.parametrize("content", [xml(SPORTS) + xml(XHTML), xml("") + xml(XHTML), xml(XHTML)])
def test_data_is_no_body(read, document, content):
    (one,) = read(item(content=content)).items
    assert read_story(document(one)).body == TEXT


def test_a_body_without_a_root_is_read_whole(read, document):
    (one,) = read(item(content=xml(XHTML + XHTML.replace("Monday", "Tuesday")))).items
    assert len(read_story(document(one)).blocks) == 2


def test_an_item_that_has_but_data_has_no_body(read, document):
    (one,) = read(item(content=xml(SPORTS))).items
    with pytest.raises(Unreadable, match="no_body"):
        read_story(document(one))


@pytest.mark.parametrize(
    ("of_package", "of_item", "status", "embargoed"),
    [
        (USABLE, USABLE, "usable", None),
        (WITHHELD, USABLE, "withheld", None),
        (CANCELED, USABLE, "withheld", None),
        (CANCELED, CANCELED, "canceled", None),
        (until("2026-07-01T00:00:00Z"), "", "usable", "2026-07-01T00:00:00+00:00"),
        (until("2026-07-01T00:00:00Z"), until("2026-07-02T00:00:00Z"), "usable", "2026-07-02T00:00:00+00:00"),
        (until("2026-07-02T00:00:00Z"), until("2026-07-01T00:00:00Z"), "usable", "2026-07-02T00:00:00+00:00"),
        ("<embargoed/>", "", "withheld", None),
    ],
)
def test_what_keeps_a_package_back_keeps_back_its_text(
    read, document, of_package, of_item, status, embargoed
):
    (one,) = read(message(item(more=of_item), package("urn:x:1", more=of_package))).items
    story = read_story(document(one))
    assert (one.pubstatus, story.pubstatus) == (status, status)
    assert (story.embargoed.isoformat() if story.embargoed else None) == embargoed


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (USABLE + CANCELED, "canceled"),
        (
            '<pubStatus qcode="stat:usable" uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>',
            "withheld",
        ),
        ("<pubStatus>canceled</pubStatus>", "withheld"),
        ("<pubStatus/>", "withheld"),
        (until("2026-06-20T00:00:00Z") + "<embargoed/>" + USABLE, "withheld"),
    ],
)
def test_the_strictest_status_holds_and_one_that_cannot_be_read_withholds(read, document, said, status):
    assert read_story(document(read(item(more=said)).items[0])).pubstatus == status


def test_of_two_embargoes_the_later_holds(read, document):
    said = until("2026-06-20T00:00:00Z") + until("2026-06-21T00:00:00Z")
    story = read_story(document(read(item(more=said)).items[0]))
    assert story.embargoed == datetime(2026, 6, 21, tzinfo=UTC)


def test_another_packages_hold_keeps_nothing_back(read):
    told = read(message(item(), item("urn:x:2"), package("urn:x:2", more=WITHHELD)))
    assert {one.guid: one.pubstatus for one in told.items} == {"urn:x:1": "usable", "urn:x:2": "withheld"}


def test_a_package_that_is_held_or_let_go_is_read_again(read):
    def digest(more: str) -> str:
        return str(read(message(item(), package("urn:x:1", more=more))).items[0].digest)

    told = [digest(more) for more in (USABLE, WITHHELD, until("2026-07-01T00:00:00Z"))]
    assert len(set(told)) == len(told)
    assert digest("") == digest(USABLE) == read(message(item())).items[0].digest


@pytest.mark.parametrize(
    ("status", "beside"),
    [
        (USABLE, 1),
        ("", 1),
        (WITHHELD, 0),
        (CANCELED, 0),
        ("<pubStatus>canceled</pubStatus>", 0),
        (until("2026-06-08T12:00:00Z"), 1),
        (until("2026-06-20T00:00:00Z"), 0),
        (until(""), 0),
    ],
)
def test_a_picture_that_is_kept_back_stands_beside_no_story(read, document, status, beside):
    told = read(message(item(), item("urn:x:2", "picture", PICTURE, status)))
    (story,) = (read_story(document(one)) for one in told.items if one.guid == "urn:x:1")
    assert len(story.media) == beside


def read_item(read, document, before, content, about):
    """The story of an item with this before its itemMeta, in its contentMeta and in its contentSet."""
    made = item(content=content).replace("<itemMeta>", f"{before}<itemMeta>")
    made = made.replace("<headline>Keeper counts his last ship</headline>", about)
    return read_story(document(read(made).items[0]))


def test_of_several_languages_the_items_own_is_read(read, document):
    about = (
        '<located><name xml:lang="de">Haldenbucht</name><name xml:lang="en">Halden Bay</name></located>'
        '<headline xml:lang="de">Das Schiff</headline><headline xml:lang="en-GB">The last ship</headline>'
        '<by xml:lang="de">Von Ida Moe</by><by xml:lang="en">By Per Dahl</by>'
    )
    german = '<p xmlns="http://www.w3.org/1999/xhtml">Der Leuchtturmwärter zählt Schiffe.</p>'
    bodies = f'<inlineXML xml:lang="de">{german}</inlineXML><inlineXML xml:lang="en">{XHTML}</inlineXML>'
    rights = (
        '<rightsInfo><copyrightNotice xml:lang="de">© 2026 ND. Alle Rechte vorbehalten.</copyrightNotice>'
        '<copyrightNotice xml:lang="en">© 2026 ND. All rights reserved.</copyrightNotice></rightsInfo>'
    )
    story = read_item(read, document, rights, bodies, about)
    assert (story.headline, story.byline, story.located) == ("The last ship", "Per Dahl", "Halden Bay")
    assert story.copyrightnotice == "© 2026 ND. All rights reserved."
    assert story.body == TEXT


def test_each_byline_is_read(read, document):
    about = "<headline>The last ship</headline><by>By Ida Moe</by><by>By Per Dahl</by>"
    story = read_item(read, document, "", xml(XHTML), about)
    assert (story.byline, story.authors) == ("Ida Moe, Per Dahl", ("Ida Moe", "Per Dahl"))


PART = (
    '<rightsInfo idrefs="p1"><copyrightHolder><name>Photo Co</name></copyrightHolder>'
    "<copyrightNotice>© 2026 Photo Co.</copyrightNotice><usageTerms>Used once.</usageTerms></rightsInfo>"
)
WHOLE = (
    "<rightsInfo><copyrightHolder><name>ND</name></copyrightHolder>"
    "<copyrightNotice>© 2026 ND.</copyrightNotice><usageTerms>No archive.</usageTerms></rightsInfo>"
)


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        (PART + WHOLE, ("© 2026 ND.", "ND", "No archive.")),
        (WHOLE + PART, ("© 2026 ND.", "ND", "No archive.")),
        (PART, (None, None, None)),
        (WHOLE + PART.replace("p1", "p1 t1"), ("© 2026 Photo Co.", "Photo Co", "Used once. No archive.")),
    ],
)
def test_the_rights_of_another_part_are_not_the_storys(read, document, rights, told):
    parts = f'<inlineXML id="t1">{XHTML}</inlineXML><remoteContent id="p1" href="https://p.example/1.jpg"/>'
    story = read_item(read, document, rights, parts, "<headline>The last ship</headline>")
    assert (story.copyrightnotice, story.copyrightholder, story.usageterms) == told
