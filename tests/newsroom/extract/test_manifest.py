"""Many pages from files, as the bench and other measures take them."""

import gzip
import json

import pytest

from newsroom.extract.manifest import BadManifest, read_manifest


def test_pages_are_read_in_order_gzipped_or_not(tmp_path, markup):
    head = (
        '<meta property="article:published_time" content="2026-06-09T23:30:00-06:00">'
        '<meta name="author" content="Jane Roe">'
    )
    page = markup(head=head, above="<h1>Ferry sails at night</h1>").encode()
    (tmp_path / "a.html").write_bytes(page)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(page))
    (tmp_path / "c.html").write_bytes(b" ")
    rows = [{"id": str(i), "url": "https://site.example/a/x", "file": name}
            for i, name in enumerate(("a.html", "b.html.gz", "c.html"))]  # fmt: skip
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text("\n\n".join(map(json.dumps, rows)), "utf-8")
    plain, packed, empty = read_manifest(manifest, 1)
    assert {**plain, "id": ""} == {**packed, "id": ""}
    assert (plain["title"], plain["authors"]) == ("Ferry sails at night", ["Jane Roe"])
    assert plain["date"] == "2026-06-09T23:30:00-06:00"
    assert plain["body"].count("\n\n") == 4
    assert (empty["id"], empty["body"], empty["error"].split(":")[0]) == ("2", "", "empty")


def test_a_file_that_cannot_be_read_stops_no_other(tmp_path, markup):
    (tmp_path / "good.html").write_text(markup(), "utf-8")
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(markup().encode())[:-20])
    names = ("missing.html", "cut.html.gz", ".", "good.html")
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text("\n".join(json.dumps({"id": name, "file": name}) for name in names), "utf-8")
    *bad, good = read_manifest(manifest, 1)
    assert [row["error"].split(":")[0] for row in bad] == ["no_file"] * 3
    assert "missing.html" in bad[0]["error"]
    assert good["body"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1"}'])
def test_a_bad_line_names_itself(tmp_path, line):
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text(line, "utf-8")
    with pytest.raises(BadManifest, match=r"pages\.jsonl"):
        list(read_manifest(manifest, 1))
