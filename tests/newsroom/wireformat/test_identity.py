import pytest

from newsroom.wireformat.identity import without_version


@pytest.mark.parametrize(
    ("identity", "version", "expected"),
    [
        ("urn:newsml:a.example:20260609:storm:3N", None, ("urn:newsml:a.example:20260609:storm", "3")),
        ("urn:newsml:a.b:20260609T101500Z:storm:12", "12", ("urn:newsml:a.b:20260609T101500Z:storm", "12")),
        ("urn:newsml:a.example:20260609:storm", "2", ("urn:newsml:a.example:20260609:storm", "2")),
        ("tag:a.example,2026:newsml_L8N2DE3XX:4", None, ("tag:a.example,2026:newsml_L8N2DE3XX", "4")),
        ("https://agency.example/item?id=7&version=2", "2", ("https://agency.example/item?id=7", "2")),
    ],
)  # fmt: skip
def test_all_versions_have_one_id(identity, version, expected):
    assert without_version(identity, version) == expected


@pytest.mark.parametrize(
    ("identity", "version"),
    [
        ("urn:agency:story:2", "2"),  # two stories taken for one would be worse than one taken for two
        ("tag:agency.example,2026:item:2", "2"),
        ("https://agency.example/story/2", "2"),
        ("https://agency.example/item?id=2", "2"),
        ("https://agency.example/item?v=3", "2"),
        ("http://[::1/?v=2", "2"),
        ("urn:newsml:agency.example:2026-06-09:storm:3N", None),
    ],
)
def test_what_may_be_part_of_the_id_stays(identity, version):
    assert without_version(identity, version) == (identity, version)
