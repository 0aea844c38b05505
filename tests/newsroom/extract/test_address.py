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
        ("https://site.example/a/story#top", "https://site.example/a/story"),
        ("https://ed:secret@site.example/b", "https://site.example/a/story"),
        ("https://[bad/story", "https://site.example/a/story"),
    ],
)
def test_the_canonical_address_counts_on_the_same_site(story, canonical, url):
    assert story(head=f'<link rel="canonical" href="{canonical}">').url == url


@pytest.mark.parametrize(
    ("fetched", "canonical", "taken"),
    [
        ("https://site-example.cdn.test/c/s/site.example/a/story", "https://site.example/a/story", True),
        ("https://search.test/amp/s/site.example/a/story", "https://site.example/a/story", True),
        ("https://amp.site.example/a/story", "https://www.site.example/a/story", True),
        ("https://one.co.uk/a/story", "https://other.co.uk/a/story", False),
        ("https://m.one.co.uk/a/story", "https://www.one.co.uk/a/story", True),
        ("https://other.test/a/site.example/story", "https://site.example/a/story", False),
    ],
)
def test_a_copy_for_phones_has_its_address_on_another_host(story, fetched, canonical, taken):
    said = story(url=fetched, head=f'<link rel="canonical" href="{canonical}">')
    assert said.url == (canonical if taken else fetched)


def test_without_a_page_the_entrys_link_is_the_address(document, entry, prose):

    content = "".join(f"<p>{text}</p>" for text in prose)
    said = read(document(None, url=None, item=entry(url="https://site.example/x", content_html=content)))
    assert (said.url, said.evidence["url"]) == ("https://site.example/x", "the feed entry's link")
