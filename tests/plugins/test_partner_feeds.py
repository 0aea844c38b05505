"""The partners' feeds in Airflow's menu."""

from dataclasses import replace

import pytest

from newsroom.config import load


@pytest.fixture(scope="module")
def plugin(load_plugin):
    return load_plugin("partner_feeds")


def test_every_partners_feeds_are_in_the_menu(plugin):
    links = {view["name"]: view["href"] for view in plugin.PartnerFeeds.external_views}
    assert links["KRDO (rss)"] == "http://127.0.0.1:8333/newsroom/partners/krdo/rss.xml"
    assert len({view["url_route"] for view in plugin.PartnerFeeds.external_views}) == len(links)


def test_a_house_without_an_address_has_no_links(plugin):
    configuration = load()
    nowhere = configuration.house.model_copy(update={"feeds_url": None})
    assert plugin.links(replace(configuration, house=nowhere)) == []
