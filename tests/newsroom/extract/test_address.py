"""The story's address."""

import pytest

from newsroom.extract.page import read


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://site.example/a/story?p=7", "https://site.example/a/story?p=7"),
        ("/b/story", "https://site.example/b/story"),
        ("https://www.site.example/a/story", "https://www.site.example/a/story"),
        ("https://other.test/a/story", "https://site.example/a/story"),
        ("https://site.example/", "https://site.example/a/story"),
        ("javascript:alert(1)", "https://site.example/a/story"),
        ("https://[bad/story", "https://site.example/a/story"),
    ],
)
def test_the_canonical_address_counts_on_the_same_site(story, canonical, url):
    assert story(head=f'<link rel="canonical" href="{canonical}">').url == url


def test_without_a_page_the_entrys_link_is_the_address(document, entry, prose):

    content = "".join(f"<p>{text}</p>" for text in prose)
    said = read(document(None, url=None, item=entry(url="https://site.example/x", content_html=content)))
    assert (said.url, said.evidence["url"]) == ("https://site.example/x", "the feed entry's link")
