"""Copyright notices in the forms that are used in the field, and prose that only sounds like one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.extract.notice import read_notice

ROWS = [
    json.loads(line) for line in Path(__file__).with_name("notices.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=[row["line"][:40] for row in ROWS])
def test_a_notice_is_split_into_its_parts(row: dict[str, Any]):
    notice = read_notice(row["line"], 2027)
    assert notice is not None
    assert notice.text == row.get("text", row["line"])
    assert (notice.holder, notice.year) == (row["holder"], row["year"])
    assert (notice.usageterms, notice.license) == (row.get("usageterms"), row.get("license"))


def test_the_table_is_long_enough():
    assert len(ROWS) >= 180


@pytest.mark.parametrize(
    "line",
    [
        "He said the Copyright 2020 debate in Congress was far from over.",
        "All rights reserved for members, the club said.",
        "The bill would extend copyright to 95 years.",
        "Copyright lawyers said on Monday that the ruling was narrow.",
        "Article 13 of the Copyright Directive was adopted in 2019.",
        "(c) the third point of the agenda",
        "The copyright office in Washington has 400 employees.",
        "She scored 40 points (c) and won.",
        "Copyright 2024 is a hard year for publishers, said Jo.",
        "Copyright holders such as Universal Music sued in 2024.",
        "Copyrighted works were copied by AI firms in 2023, authors said.",
        "The symbol © was first used in 1909 in the United States.",
        "Copyright © is a symbol.",
        "Section 501(c)(3) charities may not back candidates.",
        "Under paragraph (c) 1998 rules apply to all firms.",
        "The bridge, built c. 1950, was closed.",
        "",
    ],
)
def test_prose_is_no_notice(line: str):
    assert read_notice(line, 2027) is None


def test_a_year_that_has_not_come_is_not_read():
    notice = read_notice("© 2091 Cable News Network, Inc.", 2027)
    assert notice is not None
    assert notice.year is None


@given(
    before=st.text(max_size=60),
    after=st.text(max_size=80),
    mark=st.sampled_from(["©", "(c)", "Copyright", "™ & ©"]),
)
@example(before="", after=" 2022-", mark="©")
@example(before="", after="(" * 50, mark="©")
def test_a_notice_is_always_a_part_of_its_line(before: str, after: str, mark: str):
    line = f"{before}{mark}{after}"
    notice = read_notice(line, 2027)
    if notice is not None:
        assert notice.text in line
        assert notice.year is None or 1900 <= notice.year <= 2027
        assert notice.holder is None or 0 < len(notice.holder) <= 160
