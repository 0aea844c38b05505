import pytest

from newsroom.wireformat.plain_text import paragraphs

WIDE = "The council met on Tuesday to decide whether the ferry\nshould sail at night, and put it off again"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One.\r\n \r\nTwo & three <4>.", "<p>One.</p>\n<p>Two &amp; three &lt;4&gt;.</p>"),
        ("One.\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One.\n   Two.\n   Three.", "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>"),
        ("Opened 1893\nClosed 2026\n\nEnd.", "<p>Opened 1893<br>Closed 2026</p>\n<p>End.</p>"),
        (WIDE, f"<p>{' '.join(WIDE.split())}</p>"),
        (f"{WIDE}\n\nEnd.", f"<p>{' '.join(WIDE.split())}</p>\n<p>End.</p>"),
        ("", ""),
    ],
)
def test_paragraphs(text, expected):
    assert paragraphs(text) == expected
