"""A wire's marks: what they mean, and that readers never see them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.extract.marks import read_noted, stops


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
        ("(UPDATED) Ferry runs aground", "Ferry runs aground", ("update",), None),
        ("(2nd LD) Ferry runs aground", "Ferry runs aground", ("replace",), None),
        ("2ND LEAD: Ferry runs aground", "Ferry runs aground", ("replace",), None),
        ("Ferry runs aground, 1st Ld-Writethru", "Ferry runs aground", ("replace",), None),
        ("1st Ld-Writethru Ferry runs aground", "Ferry runs aground", ("replace",), None),
        ("CORRECTED-(OFFICIAL)-Ferry runs aground", "Ferry runs aground", ("correction",), None),
        ("(Ampliación) Encalla el ferry", "Encalla el ferry", ("update",), None),
        ("+++ Eilmeldung +++ Fähre gestrandet", "Fähre gestrandet", ("urgent",), 3),
        ("KILL BILL - the film returns", "KILL BILL - the film returns", (), None),
        ("Correction: Ferry crossed on Monday", "Correction: Ferry crossed on Monday", (), None),
        ("TEST: England win by five wickets", "TEST: England win by five wickets", (), None),
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
        ("(KILL) Ferry runs aground", "canceled", "kill"),
        ("AP KILL: Ferry runs aground", "canceled", "kill"),
        ("STORY REMOVED: BC-US--Ferry", "canceled", "kill"),
        ("Mandatory Kill: Ferry runs aground", "canceled", "kill"),
        ("The Associated Press has withdrawn its story about the ferry", "canceled", "kill"),
        ("RETRACTED: Ferry runs aground", "withheld", "withhold"),
        ("ANULACIÓN - Encalla el ferry", "withheld", "withhold"),
        ("NOT FOR PUBLICATION: Ferry runs aground", "withheld", "withhold"),
        ("TEST TEST TEST", "withheld", "withhold"),
        ("TEST: PLEASE IGNORE", "withheld", "withhold"),
        ("NOTICE TO EDITORS: Ferry coverage", "withheld", "advisory"),
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
        ("Noe utvidet.", "update"),
        ("(Adds details, quotes, paragraphs 3-5)", "update"),
        ("Adds quotes from the mayor in paragraph 2", "update"),
        ("(Corrects spelling of the mayor's name in paragraph 3)", "correction"),
        ("CORRECTS day of the crossing to Monday", "correction"),
        ("(Refiles to fix typo in headline)", "minor correction"),
        ("(Repeats to additional subscribers)", "repeat"),
    ],
)
def test_notes_to_editors_leave_the_body(story, prose, line, signal):
    said = story(body=paragraphs(line, *prose))
    assert said.signals == (signal,)
    assert [block.text for block in said.blocks] == list(prose)
    assert line == "UPDATED" or (said.ednote and said.ednote in line)


@pytest.mark.parametrize(
    ("line", "signals"),
    [
        ("BC-US--Harbor-Ferry, 1st Ld-Writethru", ("replace",)),
        ("BC-EU-SPT-SOC--Ferry,512", ()),
        ("AP-US-Harbor-Ferry", ()),
        ("Harbor-Ferry, 2nd Ld-Writethru", ("replace",)),
        ("USA-HARBOR/FERRY (UPDATE 1, PIX)", ()),
    ],
)
def test_a_slug_line_is_the_slugline(story, prose, line, signals):
    said = story(body=paragraphs(line, *prose))
    assert (said.slugline, said.signals) == (line, signals)
    assert said.blocks[0].text == prose[0]


@pytest.mark.parametrize(
    "line",
    [
        "US-Mexico border crossings fell in May, data show.",
        "EU-UK summit opens in Brussels",
        "AP-NORC poll finds most adults worried",
        "AM-FM radio returns to cars",
        "BC-Alberta pipeline deal reached on Monday.",
        "Embargoed oil from Iran reached the port until June.",
        "EMBARGO: What it means for oil",
        "For release of the hostages, June 15, 2026 is the date.",
        "Do not use this story as a guide, said the teacher.",
        "This report was withdrawn by the ministry.",
        "The Associated Press has withdrawn from the contest.",
        "A kill is mandatory, says the wolf law.",
        "Updates with quotes are common, he said.",
        "Editor's note: This is the first of three parts.",
    ],
)
def test_prose_that_sounds_like_a_mark_stays(story, prose, line):
    for body in (paragraphs(line, *prose), paragraphs(*prose, line)):
        said = story(body=body)
        assert line in said.body
        assert (said.slugline, said.signals, said.pubstatus) == (None, (), "usable")


@pytest.mark.parametrize("line", ["-30-", "—30—", "ENDS", "(END)", "NNNN", "AP-NY-06-10-26 1202EDT"])
def test_the_wires_end_is_no_part_of_the_story(story, prose, line):
    said = story(body=paragraphs(*prose, line))
    assert [block.text for block in said.blocks] == list(prose)
    assert (said.slugline, said.signals) == (None, ())


@pytest.mark.parametrize("line", ["(MORE)", "—more—", "1st Add", "HARBOR-FERRY, 2nd Take"])
def test_a_take_is_not_the_whole_story(story, prose, line):
    said = story(body=paragraphs(*prose, line))
    assert said.signals == ("take",)
    assert [flag for flag in said.flags if flag.startswith(f'gate.take: body: saw "{line}"')]
    assert line not in said.body


def test_a_kill_in_the_text_cancels_the_story(story, prose):
    said = story(body=paragraphs("Please kill the story Harbor-Ferry, V9991. A kill is mandatory.", *prose))
    assert said.pubstatus == "canceled"
    assert "kill" not in said.body


@pytest.mark.parametrize(
    "line",
    [
        "KILL",
        "MANDATORY KILL: Do not use BC-US--Ferry.",
        "EDS: KILL BC-US--Harbor-Ferry.",
        "Reuters has withdrawn the story. There will be no replacement.",
        'The June 9 story headlined "Ferry sails" is wrong and is withdrawn.',
        "BULLETIN KILL The Associated Press has withdrawn its story slugged Harbor-Ferry. "
        + "It is wrong. " * 30,
    ],
)
def test_a_kill_is_heard_in_any_form(story, prose, line):
    assert story(body=paragraphs(line, *prose)).pubstatus == "canceled"


def test_a_page_that_is_only_a_kill_cancels_the_story(story):
    kill = (
        "BULLETIN KILL The Associated Press has withdrawn its story slugged Harbor-Ferry, sent on Tuesday"
        " from Port Calloway. The mayor did not say what is quoted. Please make certain that it is not used."
    )
    said = story(body=paragraphs(kill))
    assert (said.pubstatus, said.blocks) == ("canceled", ())


@pytest.mark.parametrize(
    "line", ["ATTENTION EDITORS: do not use this story.", "PLEASE DISREGARD Harbor-Ferry"]
)
def test_a_hold_in_a_note_withholds(story, prose, line):
    assert story(body=paragraphs(line, *prose)).pubstatus == "withheld"


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (
            "EDS: EMBARGOED until 6 a.m. ET Monday, June 15, 2026. With AP Photos.",
            "2026-06-15T10:00:00+00:00",
        ),
        ("Eds: This story is embargoed until 6 a.m. ET June 15, 2026.", "2026-06-15T10:00:00+00:00"),
        ("This article is under embargo until June 15, 2026 6 a.m. MDT", "2026-06-15T12:00:00+00:00"),
        ("Editor's note: Embargoed until June 15, 2026 6 a.m. MDT", "2026-06-15T12:00:00+00:00"),
        ("FOR RELEASE AT 6 A.M. MDT, JUNE 15, 2026", "2026-06-15T12:00:00+00:00"),
        ("NOT FOR BROADCAST BEFORE 6 a.m. MDT June 15, 2026", "2026-06-15T12:00:00+00:00"),
        ("Sperrfrist: 15. Juni 2026, 06:00 Uhr MESZ", "2026-06-15T04:00:00+00:00"),
        ("SOUS EMBARGO JUSQU'AU 15 juin 2026 06h00", "2026-06-15T12:00:00+00:00"),
        ("Embargo hasta las 06:00 del 15 de junio de 2026", "2026-06-15T12:00:00+00:00"),
        ("EMBARGOED TO 0001 MONDAY JUNE 15", None),
        ("For release Sunday, June 14, and thereafter", None),
        ("Hold for release until the vote", None),
        ("SPERRFRIST", None),
    ],
)
def test_an_embargo_is_heard_in_any_form(story, prose, line, ends):
    for body in (paragraphs(line, *prose), paragraphs(*prose, line)):
        said = story(body=body)
        assert (said.embargoed.isoformat() if said.embargoed else None) == ends
        assert said.pubstatus == ("usable" if ends else "withheld")
        assert line not in said.body


def test_what_a_wires_note_orders_is_heard_within_it():
    zone = ZoneInfo("America/Denver")
    noted = read_noted(
        None, "UPDATES with vote. Embargoed until June 15, 2026 6 a.m. MDT. With photos.", zone
    )
    assert (noted.embargoed, noted.pubstatus) == (datetime(2026, 6, 15, 12, tzinfo=UTC), "usable")
    assert read_noted(None, "Noe utvidet.", zone).signals == ("update",)
    assert read_noted(None, "Updates. Do not use this story.", zone).pubstatus == "withheld"
    assert read_noted(None, "The story is embargoed until Friday.", zone).pubstatus == "withheld"
    assert stops("Eds: do not use this story; it is wrong.") == "withhold"


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
        ("(EMBARGOED UNTIL June 12, 2026 6 a.m. MDT) ", "2026-06-12T12:00:00+00:00"),
        ("Embargoed until June 12, 2026 6 a.m. MDT: ", "2026-06-12T12:00:00+00:00"),
        ("UNDER EMBARGO UNTIL June 12, 2026 6 a.m. MDT: ", "2026-06-12T12:00:00+00:00"),
        ("SPERRFRIST: 12. Juni 2026, 06:00 Uhr - ", "2026-06-12T12:00:00+00:00"),
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
    assert before.removeprefix("URGENT - ").strip(" :|-()") in (said.ednote or "")


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
