"""Why two stories are copies of one, or are not."""

import pytest

from newsroom.match.fingerprint import fingerprint
from newsroom.match.likeness import likeness
from newsroom.story import Story, paragraph

STORY = [
    "The council of Bay Ridge voted 6-1 on Friday to keep the old reservoir, which holds 40 million gallons.",
    "Mayor Ana Ortiz said that repairs would cost $3.2 million and begin in April, when the water is low.",
    "Neighbors had gathered 1,900 signatures against a plan to drain it and build a parking lot there.",
    "A heron that nests on its island was counted there for the eleventh year in a row, said Jo Lindqvist.",
]
OTHER = (
    "Engineers from Denver will look at the wall in May, and report to the council by the end of the summer."
)


def alike(one, other, headlines=("A vote", "A vote")):
    made = [
        fingerprint(
            Story(uri="urn:x", wire="w", provider="W", headline=headline, blocks=tuple(map(paragraph, texts)))
        )
        for headline, texts in zip(headlines, (one, other), strict=True)
    ]
    assert made[0]
    assert made[1]
    return likeness(made[0], made[1])


def test_the_same_story_twice_is_one():
    told = alike(STORY, STORY)
    assert (told.same, told.score) == (True, 1.0)
    assert (
        told.reason == "100% of the shorter one's wording and 100% of its names and figures are in the other"
    )


@pytest.mark.parametrize(
    "copy",
    [STORY[:2], STORY[::-1], [*STORY, OTHER], [OTHER, *STORY[:2]], [STORY[0], STORY[3]]],
    ids=["cut", "turned round", "longer", "with a beginning of its own", "thinned out"],
)
def test_a_copy_is_found_whatever_was_cut_or_moved(copy):
    assert alike(STORY, copy).same


def test_it_makes_no_difference_which_comes_first(pairs):
    for pair in pairs[::25]:
        one, other = fingerprint(pair.a), fingerprint(pair.b)
        assert one
        assert other
        assert likeness(one, other) == likeness(other, one)


def test_a_form_filled_in_twice_is_no_copy():
    form = [
        "A magnitude {} quake struck near {} at {} on {}, the survey said in its first report of it.",
        "People as far away as {} felt it, and {} of them told the survey so on its website within the hour.",
        "Shaking of this kind seldom breaks more than a window, and can come again for several days.",
    ]
    one = [form[0].format("4.6", "Adak", "3:12", "Monday"), form[1].format("Tulsa", 311), form[2]]
    two = [form[0].format("5.1", "Enid", "9:48", "Sunday"), form[1].format("Nome", 87), form[2]]
    told = alike(one, two)
    assert not told.same
    assert "2 sentences are the same but for names and figures" in told.reason


def test_an_item_of_a_round_up_is_not_the_round_up():
    others = [f"{OTHER} Item {n} has words{n} of its own, said Person{n} of Town{n} once." for n in range(14)]
    told = alike(STORY[:2], [*others[:7], *STORY[:2], *others[7:]], ("A vote", "In brief"))
    assert (told.same, told.wording) == (False, 1.0)
    assert told.reason.endswith("but it is a part of a longer text, and not its beginning")


def test_nor_is_what_stands_under_every_story():
    footer = " ".join(
        f"The agency{n} is paid for by its readers and by Foundation{n} of Town{n}." for n in range(8)
    )
    told = alike([*STORY[:2], footer], [OTHER, OTHER[::-1], footer], ("A vote", "A wall"))
    assert (told.same, told.wording > 0.6) == (False, True)
    assert told.reason.endswith("but they begin with other news: what they share stands under both")


def test_one_quotation_makes_no_copy():
    told = alike(STORY, [STORY[3], *[f"{OTHER} {n} were there, and said{n} so." for n in range(3)]])
    assert not told.same
    assert told.reason.endswith("but that is too little wording")
