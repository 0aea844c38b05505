import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.web_address import canonical


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://X.example/a?utm_source=rss&UTM_Medium=x&fbclid=1#top", "https://x.example/a"),
        ("https://x.example/?p=123", "https://x.example/?p=123"),
        ("https://x.example/?utm_id=9&p=123&gclid=7", "https://x.example/?p=123"),
        ("https://x.example/a?b=2&a=1", "https://x.example/a?a=1&b=2"),
        ("https://x.example:443/a", "https://x.example/a"),
        ("http://x.example:80", "http://x.example/"),
        ("http://x.example:8080/a", "http://x.example:8080/a"),
        ("http://x.example/a%2fb/../c", "http://x.example/c"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        (" https://x.example/a ", "https://x.example/a"),
        ("http://[::1/", "http://[::1/"),
        ("", ""),
    ],
)
def test_one_spelling(url, wanted):
    assert canonical(url) == wanted


@given(st.text() | st.from_regex(r"https?://[a-z.:0-9\[\]]{1,12}/[^\s]{0,20}\?[^\s]{0,20}", fullmatch=True))
def test_any_text_has_one_and_it_is_final(text):
    once = canonical(text)
    assert canonical(once) == once
