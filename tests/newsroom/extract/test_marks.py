"""A wire's marks: what they mean, and that readers never see them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def title(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


@pytest.mark.parametrize(
    ("marked", "headline", "signals", "urgency"),
    [
        ("URGENTE - Reabren el puente de Paso Hondo", "Reabren el puente de Paso Hondo", ("urgent",), 3),
        ("URGENT: Ferry runs aground", "Ferry runs aground", ("urgent",), 3),
        ("CORRECTED-UPDATE 1-Ferry runs aground", "Ferry runs aground", ("correction", "update"), None),
        ("REFILE-Ferry runs aground", "Ferry runs aground", ("minor correction",), None),
        ("BULLETIN — Ferry runs aground", "Ferry runs aground", ("bulletin",), 2),
        ("Kill Devil Hills gets a ferry", "Kill Devil Hills gets a ferry", (), None),
        ("Update: the ferry sails", "Update: the ferry sails", (), None),
        ("FLASHLIGHT - a history", "FLASHLIGHT - a history", (), None),
    ],
)
def test_marks_before_a_headline(story, marked, headline, signals, urgency):
    said = story(head=title(marked))
    assert (said.headline, said.signals, said.urgency, said.pubstatus) == (
        headline,
        signals,
        urgency,
        "usable",
    )


@pytest.mark.parametrize(
    ("marked", "status", "signal"),
    [
        ("BULLETIN KILL - Ferry runs aground", "canceled", "kill"),
        ("KILL — Ferry runs aground", "canceled", "kill"),
        ("STORY WITHDRAWN: Ferry runs aground", "canceled", "kill"),
        ("HOLD HOLD HOLD - Ferry runs aground", "withheld", "withhold"),
        ("ADVISORY: Ferry coverage plans", "withheld", "advisory"),
    ],
)
def test_kills_and_holds_are_believed(story, marked, status, signal):
    said = story(head=title(marked))
    assert (said.pubstatus, said.signals) == (status, (signal,))


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    ("line", "signal"),
    [
        ("(Eds: Minor edits. A longer version of this story is available. With AP Photos.)", "update"),
        ("Eds: CORRECTS spelling of the mayor's name.", "correction"),
        ("UPDATES with details of the vote", "update"),
        ("UPDATED", "update"),
    ],
)
def test_notes_to_editors_leave_the_body(story, prose, line, signal):
    said = story(body=paragraphs(line, *prose))
    assert said.signals == (signal,)
    assert [block.text for block in said.blocks] == list(prose)
    assert line == "UPDATED" or (said.ednote or "") in line


def test_a_slug_line_is_the_slugline(story, prose):
    said = story(body=paragraphs("BC-US--Harbor-Ferry, 1st Ld-Writethru", *prose))
    assert (said.slugline, said.signals) == ("BC-US--Harbor-Ferry, 1st Ld-Writethru", ("replace",))
    assert said.blocks[0].text == prose[0]


def test_a_kill_in_the_text_cancels_the_story(story, prose):
    said = story(body=paragraphs("Please kill the story Harbor-Ferry, V9991. A kill is mandatory.", *prose))
    assert said.pubstatus == "canceled"
    assert "kill" not in said.body


def test_an_embargo_holds_until_its_time(story, prose):
    said = story(body=paragraphs("EMBARGOED until June 12, 2026 6:00 am MDT", *prose))
    assert said.embargoed is not None
    assert said.embargoed.isoformat() == "2026-06-12T12:00:00+00:00"
    assert said.pubstatus == "usable"


def test_an_embargo_whose_end_cant_be_read_withholds_the_story(story, prose):
    said = story(body=paragraphs("EMBARGOED UNTIL the minister has spoken", *prose))
    assert (said.embargoed, said.pubstatus) == (None, "withheld")


@pytest.mark.parametrize(
    ("before", "ends"),
    [
        ("EMBARGOED until June 12, 2026 6:00 am MDT: ", "2026-06-12T12:00:00+00:00"),
        ("EMBARGOED: 6:00 a.m. ET, June 12, 2026 - ", "2026-06-12T10:00:00+00:00"),
        ("EMBARGOED until June 12, 2026 - 6 a.m. MDT: ", "2026-06-12T12:00:00+00:00"),
        ("STRICTLY EMBARGOED TO 0001 GMT June 12, 2026 -- ", "2026-06-12T00:01:00+00:00"),
        ("URGENT - EMBARGOED for release June 12, 2026 | ", "2026-06-12T06:00:00+00:00"),
        ("EMBARGOED UNTIL FRIDAY: ", None),
        ("EMBARGOED until noonish, June 12, 2026: ", None),
    ],
)
def test_an_embargo_before_the_headline_holds_too(story, before, ends):
    said = story(head=title(f"{before}Ferry crosses again after the storm"))
    assert (said.embargoed.isoformat() if said.embargoed else None) == ends
    assert said.pubstatus == ("usable" if ends else "withheld")
    assert said.headline.endswith("Ferry crosses again after the storm")
    assert ends is None or said.headline.startswith("Ferry")
    assert before.removeprefix("URGENT - ").strip(" :|-") in (said.ednote or "")


def test_an_embargo_on_goods_is_none(story):
    for text in ("EMBARGO on oil is extended by a year", "Embargoed oil reaches the port of Calloway"):
        said = story(head=title(text))
        assert (said.headline, said.embargoed, said.pubstatus) == (text, None, "usable")


def test_of_several_embargoes_the_longest_holds_and_a_vague_one_for_good(story, prose):
    first, later = "EMBARGOED until June 12, 2026 6 am MDT", "EMBARGOED until June 13, 2026 6 am MDT"
    for lines in ((first, later), (later, first)):
        said = story(body=paragraphs(*lines, *prose))
        assert said.embargoed is not None
        assert said.embargoed.isoformat() == "2026-06-13T12:00:00+00:00"
    said = story(body=paragraphs("EMBARGOED until the minister has spoken", later, *prose))
    assert (said.embargoed, said.pubstatus) == (None, "withheld")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["URGENT", "UPDATE 2", "KILL", "-", ":", "Ferry", " ", "HOLD", "…"]), max_size=8)
)
def test_no_run_of_marks_breaks_it(story, parts):
    said = story(head=title("".join(parts)))
    assert isinstance(said.headline, str)
