"""Pictures with their captions and credits, as pages mark them up."""

import pytest

IMAGE = '<img src="/a.jpg" width="800" height="600">'


def figure(caption: str, image: str = IMAGE) -> str:
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def paragraphs(texts) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.fixture
def pictures(story, prose):
    """The pictures of a story with this markup among its paragraphs; what it holds is not prose."""

    def read(markup: str, **parts: str):
        said = story(body=paragraphs(prose[:2]) + markup + paragraphs(prose[2:]), **parts)
        assert [block.text for block in said.blocks] == list(prose)
        return said.media

    return read


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("(AP Photo/Jane Roe)", "AP Photo/Jane Roe"),
        ("(AP Photo/Jane Roe, File)", "AP Photo/Jane Roe, File"),
        ("(Jane Roe/The Gazette via AP)", "Jane Roe/The Gazette via AP"),
        ("(Jane Roe, Pool via AP)", "Jane Roe, Pool via AP"),
        ("(Photo by Jane Roe/Getty Images)", "Photo by Jane Roe/Getty Images"),
        ("(Courtesy of the town)", "Courtesy of the town"),
        ("(Wikimedia Commons/CC BY-SA 4.0)", "Wikimedia Commons/CC BY-SA 4.0"),
        ("Jane Roe/Getty Images", "Jane Roe/Getty Images"),
        ("REUTERS/Jane Roe", "REUTERS/Jane Roe"),
        ("REUTERS/Jane Roe/File Photo Purchase Licensing Rights", "REUTERS/Jane Roe"),
        ("EFE/Jane Roe", "EFE/Jane Roe"),
        ("© AFP / Jane Roe", "AFP / Jane Roe"),
        ("Foto: Jane Roe/dpa", "Jane Roe/dpa"),
        ("Crédit photo : Jane Roe", "Jane Roe"),
        ("Photo by Jane Roe", "Photo by Jane Roe"),
        ("<cite>Jane Roe</cite>", "Jane Roe"),
        ('<span class="photo-credit">Jane Roe</span>', "Jane Roe"),
        ("It was the last of the day.", None),
        ("He works for Reuters.", None),
    ],
)
def test_a_caption_and_its_credit_are_told_apart(pictures, caption, credit):
    (picture,) = pictures(figure(f"The ferry sails. {caption}"))
    assert picture.credit == credit
    assert picture.caption == ("The ferry sails." if credit else f"The ferry sails. {caption}")


def test_a_caption_without_a_figure_is_known_by_its_box(pictures):
    (picture,) = pictures(
        f'<div class="wp-caption alignnone">{IMAGE}<p class="wp-caption-text">The ferry. Jo Poe/AP</p></div>'
    )
    assert (picture.caption, picture.credit) == ("The ferry.", "Jo Poe/AP")


def test_a_picture_needs_no_caption(pictures):
    for markup in (f"<figure>{IMAGE}</figure>", f"<p>{IMAGE}</p>"):
        (picture,) = pictures(markup)
        assert (picture.caption, picture.credit, picture.width) == (None, None, 800)


EMPTY = 'src="data:image/gif;base64,R0lGOD"'


@pytest.mark.parametrize(
    ("image", "path"),
    [
        (f'<img {EMPTY} data-src="/b.jpg">', "/b.jpg"),
        ('<img src="/placeholder.png" data-lazy="/b.jpg">', "/b.jpg"),
        (f'<img {EMPTY} data-srcset="/b-320.jpg 320w, /b-800.jpg 800w">', "/b-800.jpg"),
        ('<img srcset="/b-1200.jpg 1200w, /b-320.jpg 320w">', "/b-1200.jpg"),
        ('<img srcset="/w_300,h_200/b.jpg 300w, /w_900,h_600/b.jpg 900w">', "/w_900,h_600/b.jpg"),
        ('<img srcset="/b.jpg, /b-2x.jpg 2x">', "/b-2x.jpg"),
        (f'<picture><source srcset="/b.webp 1200w"><img {EMPTY}></picture>', "/b.webp"),
        ('<picture><source srcset="/b.webp"><source srcset="/c.webp"><img src="/b.jpg"></picture>', "/b.jpg"),
        ('<amp-img src="/b.jpg" width="800" height="600"></amp-img>', "/b.jpg"),
        ('<img src="/silicon-valley.jpg">', "/silicon-valley.jpg"),
    ],
)
def test_the_address_is_found_where_loaders_keep_it(pictures, image, path):
    (picture,) = pictures(figure("The ferry sails.", image))
    assert picture.url == f"https://site.example{path}"


@pytest.mark.parametrize("path", ["/logo.png", "/site-logo.jpg", "/icons/icon.png", "/a.svg", "/pixel.gif"])
def test_icons_and_trackers_are_no_pictures(pictures, path):
    assert pictures(figure("The ferry sails.", f'<img src="{path}">')) == ()


def test_a_picture_that_links_to_another_story_is_its_teaser(story):
    linked = f'<a href="/other">{figure("Another story", "<img src=/c.jpg>")}</a>'
    large = f'<a href="/a.jpg">{figure("The ferry", "<img src=/b.jpg>")}</a>'
    said = story(above=large + linked, below=linked)
    assert [picture.caption for picture in said.media] == ["The ferry"]


def test_a_base_element_says_what_addresses_are_relative_to(pictures):
    (picture,) = pictures(figure("C", '<img src="b.jpg">'), head='<base href="https://cdn.example/x/">')
    assert picture.url == "https://cdn.example/x/b.jpg"
