from newsroom.config import Configuration, Feed, House, Partner, Product, Wire
from wiring.docs import describe_delivery, describe_wire
from wiring.params import manual_run
from wiring.pools import pools

WIRE = Wire(
    id="north",
    provider="North Wire",
    feeds=(
        Feed(id="world", url="https://wire.example/world.xml"),
        Feed(id="local", url="https://wire.example/l"),
    ),
)
KRDO = Partner(id="krdo", name="KRDO", product=Product(wires=("north",), languages=("en",)))


def test_a_wires_page_names_each_feed_and_what_to_do_with_a_held_story():
    text = describe_wire(WIRE)
    assert "| world | auto | auto | https://wire.example/world.xml |" in text
    assert "| local |" in text
    assert "newsroom recheck" in text
    assert "newsroom release URI" in text


def test_the_deliverys_page_says_what_each_partner_takes(tmp_path):
    house = House(name="Desk", contact="desk@example.org")
    text = describe_delivery(Configuration(tmp_path, house, partners={"krdo": KRDO}))
    assert "| KRDO | north, en | 50 | rss, ninjs |" in text


def test_a_manual_run_offers_the_wires_own_feeds():
    params = manual_run(WIRE)
    assert params["feed"].schema["enum"] == [None, "world", "local"]
    assert params["again"].value is False


def test_every_wire_has_a_pool(tmp_path):
    house = House(name="Desk", contact="desk@example.org")
    wanted = pools(Configuration(tmp_path, house, wires={"north": WIRE}))
    assert list(wanted) == ["takedown", "push", "wire_north"]
    assert wanted["wire_north"]["slots"] == 4
