"""What is compared of a story, and what is not."""

import pytest

from newsroom.match.wording import is_footer, wording
from newsroom.story import Block, Story, paragraph


def story(*texts, headline=""):
    blocks = tuple(paragraph(text) for text in texts)
    return Story(uri="urn:x", wire="w", provider="W", headline=headline, blocks=blocks)


def test_a_dateline_case_and_quotation_marks_do_not_count():
    one = wording(story("GENEVA (AP) — “It’s over,” the Minister said in Geneva."))
    other = wording(story('"It\'s over," the minister said in Geneva.'))
    assert one.runs == other.runs


def test_facts_are_names_and_figures_wherever_they_stand():
    told = wording(story("Haddad won. The Tulsa club paid Noor Haddad $1,250 on May 4.", "Nothing else."))
    assert told.facts == {"haddad", "tulsa", "noor", "1250", "may", "4"}


def test_the_first_word_of_a_sentence_is_no_name_by_its_capital():
    assert wording(story("Rain fell. Wind blew, and rain fell again.")).facts == frozenset()


def test_sentences_of_one_form_have_one_pattern():
    form = "The fire at {} displaced {} people on {} night, the department said."
    one, other = (
        wording(story(form.format(*facts))) for facts in (("Elm", 4, "Monday"), ("Oak", 19, "Friday"))
    )
    assert [rest for rest, _ in one.patterns] == [rest for rest, _ in other.patterns]
    assert one.patterns != other.patterns


@pytest.mark.parametrize(
    "line",
    [
        "© 2026 Sample News Network",
        "Copyright 2026 The Sample Press. All rights reserved.",
        "Sign up for our newsletter.",
        "Reporting by Ana Ortiz; Editing by Jo Lindqvist",
        "Have a tip? Write to desk@sample.example.",
        "The-CNN-Wire",
        "Todos los derechos reservados.",
    ],
)
def test_lines_about_the_wire_are_no_news(line):
    assert is_footer(line)
    assert wording(story("The reservoir stays as it is.", line)) == wording(
        story("The reservoir stays as it is.")
    )


@pytest.mark.parametrize(
    "line",
    [
        "The council voted on Friday to keep the reservoir as it is.",
        "He wrote for the paper until 1988.",
        " ".join(["A long paragraph on the copyright law of the land"] * 12),
    ],
)
def test_news_is_no_footer(line):
    assert not is_footer(line)


def test_a_body_of_such_lines_alone_is_compared_by_them():
    assert wording(story("Sign up for our newsletter, it is free of charge.")).runs


def test_lists_and_tables_count_line_by_line():
    rows = Block(kind="table", text="one two three four\nfive six seven eight", html="")
    told = wording(Story(uri="urn:x", wire="w", provider="W", blocks=(rows,)))
    assert told.runs == {"one two three four", "five six seven eight"}


def test_scripts_without_spaces_are_compared_by_characters():
    told = wording(story("東京都は二十日、"))
    assert "東 京 都 は" in told.runs


def test_an_empty_story_has_no_words():
    told = wording(story())
    assert (told.words, told.runs, told.facts) == (0, frozenset(), frozenset())
