"""The last look at a document before a partner can see it: short, structural, on the bytes themselves.

The official schemas and validators are the tests' business. What is asked here is what would make a
partner call: is it whole, is each story there once, with what it can't be published without.
"""

from newsroom.deliver.release_check.atom import check_atom
from newsroom.deliver.release_check.json_ld import check_json_ld
from newsroom.deliver.release_check.jsonfeed import check_jsonfeed
from newsroom.deliver.release_check.markdown import check_markdown
from newsroom.deliver.release_check.news_sitemap import check_news_sitemap
from newsroom.deliver.release_check.newsml_g2 import check_newsml_g2
from newsroom.deliver.release_check.ninjs import check_ninjs
from newsroom.deliver.release_check.ninjs_earlier import check_ninjs_1_6, check_ninjs_2_2
from newsroom.deliver.release_check.nitf import check_nitf
from newsroom.deliver.release_check.rss import check_rss, check_rss_msn, check_rss_wordpress
from newsroom.deliver.release_check.rules import Broken, Check

__all__ = [
    "Broken",
    "Check",
    "check_atom",
    "check_json_ld",
    "check_jsonfeed",
    "check_markdown",
    "check_news_sitemap",
    "check_newsml_g2",
    "check_ninjs",
    "check_ninjs_1_6",
    "check_ninjs_2_2",
    "check_nitf",
    "check_rss",
    "check_rss_msn",
    "check_rss_wordpress",
]
