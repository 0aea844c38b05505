"""The gate's measure tells whole bodies from lost ones, and false alarms from misses."""

import json

import pytest

from bench.gate import judge, measure

PARAGRAPHS = [
    f"In the {name} week the council of the harbor town met again to decide whether the old ferry should sail"
    " at night and once more it sent the question back to the office from which it had come where the clerk"
    " put it on the pile."
    for name in ("first", "second", "third", "fourth", "fifth", "sixth")
]
PAGE = """<html><head><title>Ferry</title>{head}</head><body><article><h1>The ferry</h1>
{text}</article></body></html>"""


@pytest.fixture
def manifest(tmp_path):
    """Writes pages with these heads and known bodies."""

    def write(*pages):
        text = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
        lines = []
        for n, (head, body) in enumerate(pages):
            (tmp_path / f"{n}.html").write_text(PAGE.format(head=head, text=text), "utf-8")
            lines.append(json.dumps({"id": str(n), "url": "https://x.example/a", "file": f"{n}.html"} | body))
        path = tmp_path / "pages.jsonl"
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write


def stated(words):
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "wordCount": {words}}}</script>'


def test_each_page_is_judged_by_its_known_body(manifest):
    whole = {"body": "\n\n".join(PARAGRAPHS)}
    longer = {"body": whole["body"] + "\n\n" + "and other words " * 200}
    path = manifest(("", whole), (stated(2_000), whole), ("", longer), (stated(2_000), longer), ("", {}))
    judged = list(judge(path))
    assert [(each.id, each.lost, bool(each.flags)) for each in judged] == [
        ("0", False, False),
        ("1", False, True),
        ("2", True, False),
        ("3", True, True),
    ]
    assert [bool(each.made) for each in judged] == [True, False, False, False]
    told = {each.what: (each.value, each.against) for each in measure(path)}
    assert told["gate: false alarms"] == ("1", "of 2 whole bodies")
    assert told["gate: misses"] == ("1", "of 2 bodies that lost a fifth of their words")
    assert told["gate: misses where the reader lost the first half"] == ("0", "of 1")


def test_pages_without_known_bodies_are_not_judged(manifest):
    assert list(measure(manifest(("", {})))) == []
