"""The plugin as Airflow loads it: one file, a top-level module."""

import importlib.util
import sys
from dataclasses import replace

import pytest

from newsroom.config import load
from newsroom.settings import CHECKOUT


@pytest.fixture(scope="module")
def plugin():
    path = CHECKOUT / "plugins" / "partner_feeds.py"
    spec = importlib.util.spec_from_file_location("partner_feeds", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["partner_feeds"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["partner_feeds"]


def test_every_partners_feeds_are_in_the_menu(plugin):
    links = {view["name"]: view["href"] for view in plugin.PartnerFeeds.external_views}
    assert links["KRDO (rss)"] == "http://127.0.0.1:8333/newsroom/partners/krdo/rss.xml"
    assert len({view["url_route"] for view in plugin.PartnerFeeds.external_views}) == len(links)


def test_a_house_without_an_address_has_no_links(plugin):
    configuration = load()
    nowhere = configuration.house.model_copy(update={"feeds_url": None})
    assert plugin.links(replace(configuration, house=nowhere)) == []
