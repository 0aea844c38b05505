"""The formats that wires send: ninjs, NewsML-G2, NITF and the AP Media API's JSON.

A document is split into its items, and an item read into a `Dispatch`: what it says, field by field, each
with its place. What no field took is known, leaf by leaf, so that loss can be told.
"""
