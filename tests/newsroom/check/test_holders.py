import pytest

from newsroom.check.holders import is_known_holder, names_of
from newsroom.config import Holder

CNN = ("Cable News Network", "Turner Broadcasting System, Inc.", "CNN")
AP = ("The Associated Press", "AP")


@pytest.mark.parametrize(
    ("seen", "names"),
    [
        ("Cable News Network, Inc.", CNN),
        ("Cable News Network, Inc., a WarnerMedia Company", CNN),
        ("Cable News Network, Inc., a Warner Bros. Discovery Company", CNN),
        ("CABLE NEWS NETWORK", CNN),
        ("Cable  News\u00a0Network", CNN),
        ("Cable News Network. A WarnerMedia Company", CNN),
        ("Cable News Network/Turner Broadcasting System, Inc", CNN),
        ("Turner Broadcasting System", CNN),
        ("CNN", CNN),
        ("Associated Press", AP),
        ("the associated press.", AP),
        ("AP", AP),
        ("Guardian News & Media Limited or its affiliated companies", ("Guardian News and Media",)),
        ("Guardian News and Media", ("Guardian News & Media Limited",)),
        ("Bloomberg L.P.", ("Bloomberg",)),
        ("Bloomberg", ("Bloomberg L.P.",)),
        ("Scripps Media, Inc.", ("Scripps Media",)),
        ("The Atlanta Journal-Constitution", ("Atlanta Journal-Constitution",)),
        ("Agencia Sur S.A.", ("Agencia Sur",)),
        ("ΑΘΗΝΑΪΚΟ ΠΡΑΚΤΟΡΕΙΟ", ("Αθηναϊκο Πρακτορειο",)),
        ("Ｒｅｕｔｅｒｓ", ("Reuters",)),
        ("Reuters (2022)", ("Reuters",)),
        ("The Associated Press and Reuters", ("Reuters", *AP)),
        ("AP via Reuters", ("Reuters", *AP)),
        ("CNN/AP", (*CNN, *AP)),
        ("Dow Jones & Company, Inc.", ("Dow Jones",)),
        ("Dow Jones", ("Dow Jones & Company, Inc.",)),
        ("U.S. News", ("US News",)),
    ],
)
def test_a_holder_is_known_by_any_spelling_of_its_name(seen: str, names: tuple[str, ...]) -> None:
    assert is_known_holder(seen, names)


@pytest.mark.parametrize(
    ("seen", "names"),
    [
        ("", CNN),
        ("   ", CNN),
        ("©", CNN),
        ("Reuters Fan Club", ("Reuters",)),
        ("Thomson Reuters", ("Reuters",)),
        ("Reuters, Fan Club of", ("Reuters",)),
        ("Reuters/Ipsos", ("Reuters",)),
        ("The Associated Press and Meridian Features Syndicate", AP),
        ("Cable News Network, a friend of the family", CNN),
        ("AP or anyone", AP),
        ("AP and", ("Reuters",)),
        ("AP and", AP),
        ("AP, " * 50, AP),
        ("Friends of Cable News Network", CNN),
        ("Cable News Networking", CNN),
        ("Cable News", CNN),
        ("Cable", CNN),
        ("Apple", AP),
        ("APTN", AP),
        ("CNNovels", CNN),
        ("CNN Brasil", CNN),
        ("Inc.", CNN),
        ("The", AP),
        ("СNN", CNN),  # a Cyrillic letter
        ("Cable News Network", ()),
        ("Cable News Network", ("",)),
        ("Anyone", ("™", "...")),
    ],
)
def test_another_name_is_not_known_however_alike(seen: str, names: tuple[str, ...]) -> None:
    assert not is_known_holder(seen, names)


def test_aliases_are_names() -> None:
    holders = (Holder(name="Cable News Network", aliases=("CNN",)), Holder(name="Reuters"))
    assert names_of(holders) == ("Cable News Network", "CNN", "Reuters")
