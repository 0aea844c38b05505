"""The last look at a document before a partner can see it: short, structural, on the bytes themselves.

The official schemas and validators are the tests' business. What is asked here is what would make a
partner call: is it whole, is each story there once, with what it can't be published without.
"""

from newsroom.deliver.release_check.atom import check_atom
from newsroom.deliver.release_check.jsonfeed import check_jsonfeed
from newsroom.deliver.release_check.newsml_g2 import check_newsml_g2
from newsroom.deliver.release_check.ninjs import check_ninjs
from newsroom.deliver.release_check.rss import check_rss
from newsroom.deliver.release_check.rules import Broken, Check

__all__ = ["Broken", "Check", "check_atom", "check_jsonfeed", "check_newsml_g2", "check_ninjs", "check_rss"]
