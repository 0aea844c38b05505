import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsroom.deliver.markup import absolute_link, untagged_line, xhtml


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ("HTTPS://x.example/a", "https://x.example/a"),
        ("https://bücher.example/ä b?q=é", "https://xn--bcher-kva.example/%C3%A4%20b?q=%C3%A9"),
        ("https://x.example/%zz%20", "https://x.example/%25zz%20"),
        ("https://x.example/a\x00\u202eb", "https://x.example/ab"),
        ("/relative", None),
        ("//x.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user:secret@x.example/", None),
        ("https://x.example:port/", None),
        ("http:///path", None),
        ("", None),
        (None, None),
    ],
)
def test_absolute_link(seen, wanted):
    assert absolute_link(seen) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ("</title><script>x</script>", "‹/title›‹script›x‹/script›"),
        ("a < b & c > d", "a < b & c > d"),
        ("I <3 Denver", "I <3 Denver"),
        ("AT&amp;T &#8217;s", "AT&T ’s"),
        ("&amp;lt;b&amp;gt;", "‹b›"),
        ("an open <a href", "an open ‹a href"),
        ("R&D and Q&A", "R&D and Q&A"),
    ],
)
def test_untagged_line_reads_the_same_as_text_and_as_html(seen, wanted):
    assert untagged_line(seen) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ("<p>a<br>b&nbsp;c &amp; d</p>", "<p>a<br/>b\u00a0c &amp; d</p>"),
        ("<div><p>kept</p></div>", "<p>kept</p>"),
        ("<style>p{}</style><p onclick='x()'>a</p>", "<p>a</p>"),
        ("<p>&#11;&#0;a&#x202e;b</p>", "<p>\ufffdab</p>"),
        ("<ul><li>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ("<p title='x' lang='en' dir='rtl'>a</p>", "<p>a</p>"),
        ("<p>a<button><p>b</p></button></p>", "<p>a</p><p>b</p><p></p>"),
    ],
)
def test_xhtml(seen, wanted):
    assert xhtml(seen) == wanted


SOUP = ["<p>", "</p>", "<button>", "</button>", "<table>", "</table>", "<td>", "<svg>", "</svg>", "<a>", "x"]
"""Tags of which some go, and change what the others are nested in."""

REL = ' rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("https://x.example/?a=1&amp;b=é", f'<a href="https://x.example/?a=1&amp;b=%C3%A9"{REL}>t</a>'),
        ("https:/x.example/slip", f"<a{REL}>t</a>"),
        ("https:x", f"<a{REL}>t</a>"),
        ("https:///path", f"<a{REL}>t</a>"),
        ("https://user:secret@x.example/", f"<a{REL}>t</a>"),
        ("/relative", f"<a{REL}>t</a>"),
        ("java&#10;script:x()", f"<a{REL}>t</a>"),
    ],
)
def test_a_link_in_a_body_is_one_that_every_format_may_have(href, wanted):
    """A slip of the wire's in one link does not cost the partner its story."""
    assert xhtml(f"<a href='{href}'>t</a>") == wanted
    assert xhtml(wanted) == wanted


@given(st.text() | st.text().map("https://x.example/{}".format))
def test_a_link_that_was_made_safe_stays_as_it_is(url):
    safe = absolute_link(url)
    assert safe is None or absolute_link(safe) == safe


def test_a_combining_overlay_does_not_eat_the_tag_before_it():
    # NFC makes one character of '>' and U+0338, so markup must never be normalised as text.
    assert xhtml("<p>\u0338x</p>").startswith("<p>")


@given(
    st.text()
    | st.lists(st.sampled_from(["<p>", "</p>", "<b", "<a href='x", "&", "]]>", "\x0b"])).map("".join)
    | st.lists(st.sampled_from(SOUP)).map("".join)
)
def test_xhtml_is_well_formed_and_final(markup):
    once = xhtml(markup)
    etree.fromstring(f"<body>{once}</body>")
    assert xhtml(once) == once
