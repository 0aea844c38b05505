"""Partners' feeds in Airflow's navigation: an editor sees what a partner's CMS reads, at the same address."""

from airflow.plugins_manager import AirflowPlugin

from newsroom.config import ConfigError, Configuration
from newsroom.deliver.address import feed_url
from wiring.configuration import configured


def links(configuration: Configuration) -> list[dict[str, str]]:
    """An external view for each format of each enabled partner; none while the house has no `feeds_url`."""
    return [
        {
            "name": f"{partner.name} ({name})",
            "href": url,
            "url_route": f"partner-{partner.id}-{name}",
            "category": "browse",
            "destination": "nav",
        }
        for partner in configuration.partners.values()
        for name in partner.formats
        if partner.enabled and (url := feed_url(configuration.house, partner, name))
    ]


def _links() -> list[dict[str, str]]:
    try:
        return links(configured())
    except ConfigError:
        return []  # Told where it belongs: as the DAG files' import error.


class PartnerFeeds(AirflowPlugin):
    """The links."""

    name = "partner_feeds"
    external_views = _links()
