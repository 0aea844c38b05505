"""XML that wires send, and XML that is sent to hurt."""

import socket
import threading
import time

import pytest

from newsroom.wireformat.document import BadDocument
from newsroom.wireformat.xml_text import MOST_DEPTH, parse_xml

DOCTYPE = '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.1//EN" "http://www.nitf.org/nitf-3-1.dtd">'


def text(xml: str) -> str:
    return "".join(parse_xml(xml).root.itertext())


def refused(xml: str) -> BadDocument:
    with pytest.raises(BadDocument) as caught:
        parse_xml(xml)
    return caught.value


def test_a_document_type_is_taken_away_unread():
    prolog = f'<?xml version="1.0" encoding="iso-8859-1"?>\n<!-- a -->{DOCTYPE}'
    assert text(f"{prolog}<nitf><p>caf&eacute; &amp; more</p></nitf>") == "café & more"


def test_an_internal_subset_without_entities_passes():
    assert (
        text("<!DOCTYPE nitf [<!ELEMENT nitf ANY>\n<!ATTLIST p a CDATA #IMPLIED>]><nitf><p>x</p></nitf>")
        == "x"
    )


BOMB = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "subset",
    [
        BOMB,
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
        '<!ENTITY a "b">',
        "<!ENTITY % p \"<!ENTITY a 'b'>\">",
    ],
)
def test_entities_are_refused_unread(subset):
    began = time.monotonic()
    error = refused(f"<!DOCTYPE nitf [{subset}]><nitf><p>&a;&b9;</p></nitf>")
    assert (error.code, "entity" in error.reason) == ("hostile_document", True)
    assert time.monotonic() - began < 1


def test_nothing_is_fetched():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        asked: list[object] = []

        def accept() -> None:
            try:
                asked.append(server.accept())
            except TimeoutError:
                return

        listening = threading.Thread(target=accept)
        listening.start()
        port = server.getsockname()[1]
        parse_xml(f'<!DOCTYPE nitf SYSTEM "http://127.0.0.1:{port}/nitf.dtd"><nitf/>')
        listening.join()
    assert asked == []


@pytest.mark.parametrize(
    "xml",
    [
        "<a>" * (MOST_DEPTH + 1) + "</a>" * (MOST_DEPTH + 1),
        "<nitf " + " ".join(f'a{n}="1"' for n in range(300)) + "/>",
        "<nitf>" + "<p/>" * 500_001 + "</nitf>",
    ],
)
def test_what_is_too_deep_or_too_many_is_refused(xml):
    began = time.monotonic()
    assert refused(xml).code == "hostile_document"
    assert time.monotonic() - began < 5


def test_faults_that_are_put_right_are_told():
    parsed = parse_xml("<nitf><p>AT&T, 5 < 6 &nbsp;&unknown; \x01</p></nitf>")
    assert "".join(parsed.root.itertext()) == "AT&T, 5 < 6 \xa0&unknown; "
    assert parsed.warnings == (
        "text: control characters were left out",
        "text: lone & or < and unknown entities were put right",
    )


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<nitf><p>half", "truncated_document"),
        ("<newsMessage><itemSet><newsItem guid='1'>", "truncated_document"),
        ("<nitf><p></nitf>", "malformed_document"),
        pytest.param(f"<nitf>{'& ' * 150_000}</nitf>", "malformed_document", id="too many faults"),
        pytest.param(f"<nitf>{'word ' * 2_100_000}</nitf>", "hostile_document", id="too long a text"),
        ("", "truncated_document"),
    ],
)
def test_broken(xml, code):
    assert refused(xml).code == code


def test_the_whole_items_of_a_message_that_is_cut_off():
    parsed = parse_xml(
        "<newsMessage><itemSet><newsItem guid='1'/><newsItem guid='2'><p>x</p></newsItem><newsItem guid="
    )
    assert [item.get("guid") for item in parsed.root.iter("newsItem")] == ["1", "2"]
    assert not parsed.complete
    assert parsed.warnings == ("feed: it is cut off after 95 bytes; 2 items are whole",)
