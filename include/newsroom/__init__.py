"""A newsroom's content pipeline: wires in, checked stories out to syndication partners.

The way of a story is the way through this package::

    fetch    a feed is polled and its pages are fetched; raw bytes are stored first
    extract  raw bytes become a Story
    check    a Story gets a Verdict, with reasons
    store    a Story is filed as a Revision of its chain, in the bucket and the catalogue
    deliver  a partner gets the stories of its product

`story` holds the nouns that all of them share, `config` the wires, partners and rules that
people write as YAML. Nothing here imports Airflow: `wiring` binds these stages to it.
"""

__version__ = "0.1.0"
