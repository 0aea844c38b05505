"""The command that tries today's rules on what was stored."""

import pytest


@pytest.mark.slow
def test_replay_tells_what_would_change_and_applies_it_when_asked(newsroom, config):
    assert newsroom("ingest", "public_agency").code == 0
    quiet = newsroom("replay", "--since", "1h", "--wire", "public_agency", "--json").json
    assert quiet["stories"] == []
    assert quiet["counts"]["public_agency"]["unchanged"] > 0
    path = config / "wires" / "public_agency.yaml"
    path.write_text(path.read_text().replace("provider: Plains", "provider: Great Plains"))
    told = newsroom("replay", "--since", "1h", "--json").json
    changed = told["counts"]["public_agency"]["changed"]
    assert len(told["stories"]) == changed == quiet["counts"]["public_agency"]["unchanged"]
    assert {each["wire"] for each in told["stories"]} == {"public_agency"}
    assert "What would change" in newsroom("replay", "--since", "1h").out
    filed = newsroom("replay", "--since", "1h", "--apply", "--json").json
    assert filed["counts"]["public_agency"]["filed_update"] == changed
    life = newsroom("story", told["stories"][0]["uri"], "--json").json
    assert [each["n"] for each in life["revisions"]] == [1, 2]


def test_replay_wants_a_wire_that_is_there_and_a_time(newsroom):
    assert "wire: saw 'nowhere'" in newsroom("replay", "--since", "1h", "--wire", "nowhere").err
    assert newsroom("replay").code == 2
