import pytest

from newsroom.connections import Connection
from newsroom.fetch.api_key import ApiKey, key_of, origin_of, without_key

URL = "https://api.wire.example/feed"
KEY = key_of(Connection("api", "http", password="a+key/of==9"), URL)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        (f"{URL}?apikey=K", URL),
        (f"{URL}?apikey=K&seq=1", f"{URL}?seq=1"),
        (f"{URL}?seq=1&APIKEY=K", f"{URL}?seq=1"),
        (f"{URL}?seq=1&apiKey=K&qt=2#top", f"{URL}?seq=1&qt=2#top"),
        (f"{URL}?seq=1&myapikey=K", f"{URL}?seq=1&myapikey=K"),
        (f"{URL}/apikey=K", f"{URL}/apikey=K"),
        (URL, URL),
    ],
)
def test_an_address_without_its_key(url: str, plain: str) -> None:
    assert without_key(url) == plain


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (rb'{"next":"https://a.example/f?apikey=K1\u0026seq=1"}', rb'{"next":"https://a.example/f?seq=1"}'),
        (
            rb'{"next":"https:\/\/a.example\/f?seq=1\u0026apikey=K1"}',
            rb'{"next":"https:\/\/a.example\/f?seq=1"}',
        ),
        (b'<a href="/f?seq=1&amp;apikey=K1&amp;x=2">', b'<a href="/f?seq=1&amp;x=2">'),
        (b'{"params":{"apikey":"a+key/of==9"}}', b'{"params":{"apikey":"***"}}'),
        (b"x-api-key was a%2Bkey%2Fof%3D%3D9", b"x-api-key was ***"),
        (b"an apikey=K1 in prose", b"an apikey=K1 in prose"),
        (b"\xff\x00", b"\xff\x00"),
    ],
)
def test_an_answer_without_the_key(body: bytes, plain: bytes) -> None:
    assert KEY.without(body) == plain


@pytest.mark.parametrize(
    "url",
    [
        "http://api.wire.example/feed",
        "https://api.wire.example:8443/feed",
        "https://cdn.wire.example/feed",
        "https://api.wire.example.evil.example/feed",
    ],
)
def test_another_origin_is_told_nothing(url: str) -> None:
    assert KEY.headers(url) == {}
    assert KEY.headers("https://api.wire.example/other?x=1") == {"x-api-key": "a+key/of==9"}


def test_a_key_is_not_shown() -> None:
    assert "key/of" not in repr(KEY)
    assert ApiKey("a+key/of==9", origin_of(URL)) == KEY
