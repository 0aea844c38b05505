"""Every command, as a user types it."""

import json
import os
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import insert, update

from newsroom.cli.local_desk import FILE, use_local_desk
from newsroom.match.repeated import line_key
from newsroom.store import migrations, schema
from newsroom.store.catalogue import Catalogue
from samplewire.dispatch import PATH

COMMANDS = [
    "try",
    "read",
    "ingest",
    "deliver",
    "push",
    "recheck",
    "story",
    "changes",
    "why",
    "held",
    "release",
    "kill",
    "lift",
    "kills",
    "acknowledge",
    "wires",
    "partners",
    "ledger",
    "furniture",
    "replay",
    "topics",
    "reconcile",
    "migrate",
    "reindex",
    "housekeeping",
    "doctor",
]


def test_help_lists_every_command_with_a_line(newsroom):
    said = newsroom("--help")
    assert said.code == 0
    lines = {line.split()[0]: line for line in said.out.splitlines() if line.split()}
    assert set(COMMANDS) <= set(lines)
    assert all(len(lines[name].split()) > 3 for name in COMMANDS)


def test_ingest_and_deliver_tell_their_counts(newsroom):
    said = newsroom("ingest", "cnn_newsource", "--json")
    assert said.code == 0
    rows = {row["feed"]: row["counts"] for row in said.json}
    assert set(rows) == {"world", "national", "spanish"}
    assert rows["world"]["passed"] >= 1
    (row,) = newsroom("deliver", "krdo", "--json").json
    assert row["new"] == row["stories"] == sum(counts["passed"] for counts in rows.values())


def test_ingest_tells_a_feed_that_fails_and_takes_the_others(newsroom, config):
    path = config / "wires" / "public_agency.yaml"
    path.write_text(path.read_text().replace("/plains/atom.xml", "/plains/gone.xml"))
    said = newsroom("ingest", "public_agency", "--json")
    assert said.code == 1
    rows = {row["feed"]: row for row in said.json}
    assert "404" in rows["bulletins"]["error"]
    assert rows["features"]["error"] is None
    assert rows["features"]["counts"]["passed"] >= 1


def test_held_gives_reasons_and_release_passes_with_a_name(filled):
    held = filled("held", "--json").json
    assert held["items"] == []
    *_, summary = filled("held").out.partition("By reason, the commonest first")
    waiting = [each for each in held["stories"] for why in each["reasons"] if why.startswith("topics:")]
    (topics,) = [line for line in summary.splitlines() if " topics " in line]
    assert f" {len(waiting)} " in topics
    story = next(row for row in held["stories"] if row["reasons"][0].startswith("copyrightnotice: nothing"))
    said = filled("release", story["uri"], "--reason", "The wire confirmed by phone", "--json")
    assert said.code == 0
    assert story["uri"] not in {row["uri"] for row in filled("held", "--json").json["stories"]}
    filled("deliver", "krdo")
    life = filled("story", story["uri"], "--json").json
    assert [row["reason"] for row in life["decisions"]] == ["The wire confirmed by phone"]
    assert life["decisions"][0]["by"]
    assert [row["partner"] for row in life["deliveries"]] == ["krdo"]


def test_release_wants_a_held_story_and_a_reason(filled):
    held = filled("held", "--json").json["stories"][0]
    said = filled("release", held["uri"], "--reason", " ")
    assert (said.code, "reason: saw nothing" in said.err) == (2, True)
    filled("release", held["uri"], "--reason", "yes")
    assert "is not held" in filled("release", held["uri"], "--reason", "again").err


def test_why_says_yes_or_no_rule_by_rule(filled):
    held = filled("held", "--json").json["stories"]
    story = next(row for row in held if row["reasons"][0].startswith("copyrightnotice: nothing"))
    no = filled("why", story["uri"], "krdo", "--json").json
    assert (no["gets_it"], no["in_its_feed"]) == (False, None)
    asked_for = "rights/cnn_newsource.yaml asks for the copyright notice, and the story has none"
    assert [rule["reason"] for rule in no["rules"] if not rule["passes"]] == [*story["reasons"], asked_for]
    told = filled("why", story["uri"], "krdo").out
    lines = [line.strip() for line in told.splitlines()]
    assert lines[1:4] == [story["headline"], "In its feed now: no", "What keeps it back"]
    assert told.index(asked_for) < told.index("What lets it pass")
    assert filled("story", story["uri"], "--json").json["clearance"]["cleared"] is False
    filled("release", story["uri"], "--reason", "The wire confirmed by phone")
    told = filled("why", story["uri"], "krdo").out
    assert "In its feed now: no; the next delivery brings it, `newsroom deliver krdo` at once" in told
    filled("deliver", "krdo")
    yes = filled("why", story["uri"], "krdo", "--json").json
    assert (yes["gets_it"], yes["in_its_feed"]) == (True, 1)
    assert [rule["rule"] for rule in yes["rules"]] == [
        "enabled", "wire", "language", "topic", "excluded_topic", "urgency", "genre", "excluded_genre",
        "length", "mention", "excluded_mention", "kill", "pubstatus", "signals", "ednote",
        "embargo", "expiry", "superseded", "check", "order", "partner_check",
        "usage_terms", "licence", "territory", "market", "channel", "commercial", "form", "notice",
        "licence_dates", "hold_back", "term", "duplicate", "per_day", "newest",
    ]  # fmt: skip
    assert "The wire confirmed by phone" in " ".join(filled("why", story["uri"], "krdo").out.split())
    other = filled("why", story["uri"], "radio_pikes", "--json").json
    assert {rule["rule"] for rule in other["rules"] if not rule["passes"]} >= {"wire", "language"}


def test_kill_reaches_the_partners_at_once_and_lift_brings_it_back(filled):
    assert filled("kills", "--json").json == []
    uri = delivered_uri(filled)
    said = filled("kill", uri, "--reason", "libel", "--json")
    assert said.code == 0
    (killed,) = said.json["killed"]
    assert killed["seconds"]["krdo"] >= 0
    assert killed["copies"] == {}
    assert {row["error"] for row in said.json["partners"]} == {None}
    assert filled("why", uri, "krdo", "--json").json["in_its_feed"] is None
    (row,) = filled("kills", "--json").json
    assert (row["uri"], row["reason"], row["stands"]) == (uri, "libel", True)
    assert "krdo:" in filled("kills").out
    assert "wanted the id of one that stands" in filled("lift", uri, "--reason", "x", "--kill", "ffff-").err
    assert filled("lift", uri, "--reason", "settled", "--kill", row["id"]).code == 0
    filled("deliver", "krdo")
    assert filled("why", uri, "krdo", "--json").json["in_its_feed"] == 1
    acts = [each["act"] for each in filled("story", uri, "--json").json["kills"]]
    assert acts == ["kill (editor)", "lift"]


def test_kill_wants_a_story_and_a_reason(filled):
    assert "wanted the story to kill" in filled("kill").err
    assert "reason: saw nothing" in filled("kill", delivered_uri(filled)).err
    assert "wanted the beginning of one that waits" in filled("kill", "--confirm", "ffff").err
    assert filled("held", "--json").json["kills"] == []


def delivered_uri(newsroom):
    """The uri of a story that KRDO has."""
    rows = newsroom("deliver", "krdo", "--json")
    assert rows.code == 0
    catalogue = Catalogue.open()
    try:
        return min(catalogue.in_feed("krdo"))[0]
    finally:
        catalogue.close()


def test_tables_are_for_people(filled):
    assert "copyrightnotice: nothing found" in " ".join(filled("held").out.split())
    assert "cnn_newsource" in filled("wires").out
    assert "partners/krdo/rss.xml" in filled("partners").out


def test_try_shows_every_field_and_check_and_stores_nothing(newsroom, wire, bucket):
    url = wire.url_of("cod_talks")
    said = newsroom("try", url, "--wire", "cnn_newsource", "--json")
    assert said.code == 0, said
    story = said.json["story"]
    assert story["byline"]
    assert story["copyrightyear"]
    assert {verdict["scope"] for verdict in said.json["verdicts"]} >= {"wire:cnn_newsource", "partner:krdo"}
    assert list(bucket.keys("")) == []
    assert "copyrightnotice" in newsroom("try", url, "--wire", "cnn_newsource").out


def test_try_says_that_a_story_would_be_held(newsroom, wire):
    said = newsroom("try", wire.url_of("no_notice"), "--wire", "cnn_newsource", "--json")
    assert said.code == 1
    own = said.json["verdicts"][0]
    assert [f["rule"] for f in own["findings"] if not f["passed"] and f["severity"] == "critical"] == [
        "copyrightnotice"
    ]


def test_try_takes_a_feed_and_a_file(newsroom, wire, tmp_path):
    feed = newsroom("try", wire.feed_url("general"), "--wire", "agencia_sur", "--item", "2", "--json")
    assert feed.json["story"]["language"] == "es"
    path = tmp_path / "page.html"
    path.write_bytes(b"")
    said = newsroom("try", str(path))
    assert said.code == 2
    assert str(path) in said.err
    missing = newsroom("try", str(tmp_path / "none.html"))
    assert (missing.code, "No such file" in missing.err) == (2, True)


def test_try_leaves_out_what_was_learned_of_the_wire(newsroom, wire, tmp_path):
    asked = ("try", wire.url_of("cod_talks"), "--wire", "cnn_newsource", "--json")
    before = newsroom(*asked).json
    assert before["furniture"].startswith("read without what the wire's pages repeat: there is no catalogue")
    assert not (tmp_path / "catalogue.db").exists()
    line = min((block["text"] for block in before["story"]["blocks"]), key=len)
    catalogue = Catalogue.open(f"sqlite:///{tmp_path / 'catalogue.db'}")
    learn(catalogue, "cnn_newsource", line)
    catalogue.close()
    after = newsroom(*asked).json
    assert after["furniture"].startswith("1 line is known that cnn_newsource's pages repeat")
    assert after["story"]["furniture"] == [line]
    assert line not in after["story"]["body"]
    assert "no wire is named" in newsroom("try", str(DOCUMENTS / "ninjs_3.1.json")).out


def test_try_says_that_the_catalogue_cannot_be_opened(newsroom, wire, tmp_path):
    (tmp_path / "catalogue.db").write_text("this is no database")
    said = newsroom("try", wire.url_of("cod_talks"), "--wire", "cnn_newsource", "--json")
    assert "can't be opened (DatabaseError)" in said.json["furniture"]
    assert said.code == 0


def learn(catalogue: Catalogue, wire: str, line: str) -> None:
    """Have seen the line in each of nine stories of nine days."""
    now = datetime.now(UTC)
    rows = [
        {
            "wire": wire,
            "key": line_key(line),
            "uri": f"urn:uuid:{n}",
            "line": line,
            "at": now - timedelta(days=n),
        }
        for n in range(9)
    ]
    with catalogue.writing() as connection:
        connection.execute(insert(schema.repeated_line), rows)


DOCUMENTS = Path(__file__).parents[1] / "wireformat" / "samples"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("ninjs_1.6.json", "place[].geometry_geojson.coordinates[]"),
        ("ninjs_3.1.json", "plannedCoverage[].title"),
        ("newsml_g2_message.xml", "header/transmitId"),
        ("nitf_3.6.xml", "head/docdata/identified-content/person"),
    ],
)
def test_try_tells_what_a_wires_document_has_and_the_story_lacks(newsroom, name, lost):
    said = newsroom("try", str(DOCUMENTS / name), "--json")
    assert said.json["story"]["headline"]
    assert lost in [each["path"] for each in said.json["lost"]]
    assert lost in newsroom("try", str(DOCUMENTS / name)).out


def test_try_takes_a_document_from_the_wire_and_loses_nothing_of_a_page(newsroom, wire):
    said = newsroom("try", wire.url + PATH, "--wire", "coast_dispatch", "--item", "2", "--json")
    assert said.code == 0, said
    assert said.json["story"]["wire_version"] == "1"
    assert "header/sent" in [each["path"] for each in said.json["lost"]]
    page = newsroom("try", wire.url_of("cod_talks"), "--wire", "cnn_newsource", "--json")
    assert page.json["lost"] == []


def test_read_prints_a_line_for_each_page(newsroom, wire, tmp_path):
    page = requests.get(wire.url_of("cod_talks"), timeout=5).content
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_bytes(page)
    (tmp_path / "pages" / "b.html").write_bytes(b"")
    manifest = tmp_path / "m.jsonl"
    rows = [{"id": name, "url": "https://a.example/", "file": f"pages/{name}.html"} for name in "ab"]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = newsroom("read", "--manifest", str(manifest))
    assert said.code == 0
    first, second = (json.loads(line) for line in said.out.splitlines())
    assert first["id"] == "a"
    assert len(first["body"].split("\n\n")) == 20
    assert {"title", "authors", "date", "language", "copyrightnotice"} <= set(first)
    assert (second["body"], second["error"].split(":")[0]) == ("", "empty")


@pytest.mark.slow
def test_reindex_rebuilds_what_every_command_shows(filled, tmp_path):
    before = {name: filled(name, "--json").json for name in ("held",)}
    delivered = filled("story", first_uri(filled), "--json").json["deliveries"]
    for path in tmp_path.glob("catalogue.db*"):
        path.unlink()
    refused = filled("deliver")
    assert (refused.code, refused.out) == (2, "")
    assert "saw an empty one, but the bucket has stories; run `newsroom reindex`" in refused.err
    (wrong,) = [row for row in filled("doctor", "--json").json if not row["fine"]]
    assert (wrong["part"], wrong["found"]) == ("catalogue", "saw an empty one, but the bucket has stories")
    assert filled("reindex", "--json").code == 0
    assert filled("held", "--json").json["stories"] == before["held"]["stories"]
    assert filled("story", first_uri(filled), "--json").json["deliveries"] == delivered
    (row,) = filled("deliver", "krdo", "--json").json
    assert (row["written"], row["new"]) == ([], 0)


def first_uri(newsroom):
    return newsroom("held", "--json").json["stories"][0]["uri"]


def test_doctor_finds_nothing_wrong_and_then_something(newsroom, monkeypatch):
    assert newsroom("doctor", "--json").code == 0
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    said = newsroom("doctor", "--json")
    assert said.code == 1
    (wrong,) = [row for row in said.json if not row["fine"]]
    assert wrong["part"] == "bucket"
    assert "secret" in wrong["found"]
    assert "wrong-secret" not in said.out


def test_a_catalogue_that_is_behind_is_told_and_migrated(newsroom, tmp_path, monkeypatch):
    before = schema.VERSION
    assert newsroom("migrate", "--json").json[0] == {"version": "0001", "what": "Make the tables"}
    assert newsroom("migrate").out == f"Migrated: nothing to do, it is at version {before}\n"
    scripts = tmp_path / "migrations"
    shutil.copytree(migrations.SCRIPTS, scripts)
    (scripts / "versions" / "9999_wait.py").write_text(
        f'"""Wait for nothing."""\n\nrevision, down_revision = "9999", "{before}"\nupgrade = int\n'
    )
    monkeypatch.setattr(migrations, "SCRIPTS", scripts)
    monkeypatch.setattr(schema, "VERSION", "9999")
    said = newsroom("doctor", "--json")
    assert said.code == 1
    (wrong,) = [row for row in said.json if not row["fine"]]
    assert (wrong["part"], wrong["found"]) == ("catalogue", f"saw version {before}, wanted 9999")
    assert wrong["mend"].endswith("run `newsroom migrate`")
    said = newsroom("held")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"catalogue: saw version {before}, wanted 9999; stop whatever works with it")
    assert newsroom("migrate", "--json").json == [{"version": "9999", "what": "Wait for nothing"}]
    assert newsroom("migrate", "--json").json == []
    assert newsroom("doctor").code == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (
            "wires/agencia_sur",
            "  profile: agencia_sur\n",
            "",
            "no rights profile: no partner gets its stories",
        ),
        ("partners/krdo", "2035-12-31", "2023-01-01", "its licence of rights/cnn_newsource.yaml is over"),
        (
            "partners/radio_pikes",
            "agencia_sur\n    grant: teaser",
            "public_domain",
            "no licence for agencia_sur",
        ),
    ],
)
def test_doctor_finds_who_has_no_rights(newsroom, config, file, old, new, found):
    path = config / f"{file}.yaml"
    path.write_text(path.read_text().replace(old, new))
    said = newsroom("doctor", "--json")
    assert said.code == 1
    assert [row["found"] for row in said.json if not row["fine"]] == [found]


@pytest.mark.parametrize(("hour", "over"), [(4, False), (6, True)])
def test_doctor_ends_a_licence_by_the_clock_of_its_contract(newsroom, config, monkeypatch, hour, over):
    """In New York the last day of 2022 ends at five in the morning UTC."""
    monkeypatch.setattr("newsroom.stages.doctor.now", lambda: datetime(2023, 1, 1, hour, tzinfo=UTC))
    path = config / "partners/krdo.yaml"
    path.write_text(path.read_text().replace("2035-12-31", "2022-12-31"))
    found = [row["found"] for row in newsroom("doctor", "--json").json if not row["fine"]]
    assert found == ["its licence of rights/cnn_newsource.yaml is over"] * over


@pytest.mark.parametrize(
    ("text", "fine", "told"),
    [
        ('{"conn_type": "aws", "password": "s3cret"}', True, "endpoint of AWS"),
        ('{"conn_type": "aws", "extra": {"endpoint_url": "http://s3"}}', True, "endpoint http://s3"),
        ('{"conn_type": "http", "password": "s3cret"}', False, "type http"),
        ("aws://key:s3cret@", False, "no JSON object"),
        ("[]", False, "no JSON object"),
    ],
)
def test_doctor_looks_at_the_connection(newsroom, monkeypatch, text, fine, told):
    monkeypatch.setenv("AIRFLOW_CONN_NEWSROOM_S3", text)
    said = newsroom("doctor", "--json")
    (row,) = [row for row in said.json if row["part"] == "connection newsroom_s3"]
    assert (row["fine"], bool(row["mend"])) == (fine, not fine)
    assert told in row["found"]
    assert "s3cret" not in said.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ingest", "nowhere"], "wire: saw 'nowhere'; wanted one of:"),
        (["deliver", "nobody"], "partner: saw 'nobody'; wanted one of:"),
        (["why", "00000000", "nobody"], "partner: saw 'nobody'; wanted one of:"),
        (["why", "00000000", "krdo"], "wanted the beginning of one story's uri; found no story"),
        (["story", "00000000"], "wanted the beginning of one story's uri; found no story"),
        (["held", "--wire", "nowhere"], "wire: saw 'nowhere'; wanted one of:"),
    ],
)
def test_a_mistake_is_one_clear_text(newsroom, arguments, told):
    said = newsroom(*arguments)
    assert said.code == 2
    assert told in said.err
    assert "Traceback" not in said.err


def test_a_story_is_found_by_the_words_of_its_headline_or_its_address(filled):
    story = filled("held", "--json").json["stories"][0]
    told = f"found no story; by headline or address:\n{story['uri']}: {story['headline']}\n"
    for words in (story["headline"].upper(), story["url"]):
        said = filled("why", words, "krdo")
        assert (said.code, said.err.endswith(told)) == (2, True), said.err
    assert filled("kill", story["headline"], "--reason", "libel").code == 2
    assert filled("kills", "--json").json == []


@pytest.mark.parametrize(
    ("catalogue", "told"),
    [
        ("postgresql+psycopg://desk:hunter2@127.0.0.1:9/news", "at postgresql://127.0.0.1:9/news; check"),
        ("mysql+pymysql://desk:hunter2@127.0.0.1/news", "the driver pymysql, which is not there; write"),
        ("postgres://desk:hunter2@127.0.0.1:9/news", "NEWSROOM_CATALOGUE as postgresql+psycopg://"),
        ("hunter2", "at NEWSROOM_CATALOGUE; write NEWSROOM_CATALOGUE as postgresql+psycopg://"),
        ("sqlite:////proc/catalogue.db", "saw “unable to open database file” at /proc/catalogue.db; let"),
        ("sqlite:////proc/none/catalogue.db", "at /proc/none, which it is to lie in; let this user write"),
    ],
)
def test_a_catalogue_that_cannot_be_had_is_one_clear_text_without_its_password(
    newsroom, monkeypatch, catalogue, told
):
    monkeypatch.setenv("NEWSROOM_CATALOGUE", catalogue)
    said = newsroom("held")
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err
    (row,) = [row for row in newsroom("doctor", "--json").json if row["part"] == "catalogue"]
    assert said.err == f"catalogue: {row['found']}; {row['mend']}\n"
    assert "hunter2" not in said.err


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "AWS_PROFILE",
            "nobodys",
            "settings: saw “The config profile (nobodys) could not be found”; check AWS_",
        ),
        (
            "AWS_ENDPOINT_URL_S3",
            "s3.example",
            "settings: saw “Invalid endpoint: s3.example”; check AWS_ENDPOINT",
        ),
        ("AWS_ENDPOINT_URL_S3", "desk:hunter2@", "settings: saw “ValueError”; check AWS_ENDPOINT_URL_S3"),
        ("NEWSROOM_S3_ADDRESSING", "paths", "settings: saw “S3 addressing style paths is invalid"),
        ("NEWSROOM_BUCKET", "My News", "ParamValidationError; check NEWSROOM_BUCKET: that is no name of a"),
    ],
)
def test_a_bucket_that_is_named_wrongly_is_one_clear_text(newsroom, monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    said = newsroom("held")
    assert (said.code, told in said.err) == (2, True), said.err
    (row,) = [row for row in newsroom("doctor", "--json").json if row["part"] == "bucket"]
    assert (row["fine"], told in row["found"]) == (False, True)
    assert "hunter2" not in said.err + row["found"]


def test_doctor_tells_a_catalogue_of_another_bucket(filled, monkeypatch, bucket):
    other = f"{bucket.name}-other"
    bucket.client.create_bucket(Bucket=other)
    monkeypatch.setenv("NEWSROOM_BUCKET", other)
    said = filled("doctor", "--json")
    (row,) = [row for row in said.json if row["part"] == "catalogue"]
    assert (said.code, row["fine"]) == (1, False)
    assert row["found"].endswith(f"knows stories, and the bucket {other} has none")
    assert "set NEWSROOM_BUCKET" in row["mend"]


def test_a_feed_that_nobody_asks_is_told(newsroom):
    newsroom("ingest", "agencia_sur", "--feed", "general")
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with closing(Catalogue.open()) as catalogue, catalogue.writing() as connection:
        connection.execute(update(schema.feed).values(last_polled=long_ago))
    (row,) = [row for row in newsroom("doctor", "--json").json if row["part"] == "feed agencia_sur/general"]
    assert not row["fine"]
    assert row["found"].startswith(f"not asked since {long_ago:%Y-%m-%d %H:%M}Z; its schedule: every 1 min")
    assert "DAG wire_agencia_sur is not paused" in row["mend"]
    (late,) = [line for line in newsroom("wires").out.splitlines() if "not asked in time" in line]
    assert " general " in late


def test_a_feed_that_is_none_of_the_wires_is_told(newsroom):
    said = newsroom("ingest", "public_agency", "--feed", "bulletin")
    assert said.code == 2
    assert "feed: saw 'bulletin'; wanted the id of one of: public_agency" in said.err


def test_a_broken_wire_file_is_told_and_stops_nobody(newsroom, config):
    path = config / "wires" / "public_agency.yaml"
    path.write_text(path.read_text().replace("language: en", "language: English"))
    said = newsroom("ingest", "public_agency")
    assert said.code == 2
    assert "wires/public_agency.yaml:" in said.err
    assert "BCP 47" in said.err
    assert newsroom("ingest", "agencia_sur").code == 0
    assert newsroom("doctor").code == 1


def test_the_local_desk_is_found_unless_another_is_named(tmp_path, monkeypatch):
    for name in ("NEWSROOM_BUCKET", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "NEWSROOM_CATALOGUE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEWSROOM_DATA", str(tmp_path))
    (tmp_path / FILE).write_text('{"NEWSROOM_BUCKET": "of-the-desk"}')
    with monkeypatch.context() as patch:
        patch.setenv("AWS_PROFILE", "mine")
        use_local_desk()
        assert "NEWSROOM_BUCKET" not in os.environ
    use_local_desk()
    assert os.environ["NEWSROOM_BUCKET"] == "of-the-desk"
    monkeypatch.delenv("NEWSROOM_BUCKET")


@pytest.mark.slow
def test_changes_shows_a_correction_word_by_word(newsroom, clock):
    newsroom("ingest", "coast_dispatch")
    clock.advance(70)
    newsroom("ingest", "coast_dispatch")
    newsroom("deliver", "krdo")
    with closing(Catalogue.open()) as catalogue:
        (uri,) = (row.uri for row in catalogue.candidates(wires=["coast_dispatch"]) if row.n == 2)
    said = newsroom("changes", uri)
    assert said.code == 0
    assert "correction: the wire signals correction: Eds: CORRECTS the number" in said.out
    assert "lights its quay with [-212-] {+221+} lamps again" in said.out
    assert newsroom("changes", uri, "1", "2", "--json").json["summary"].startswith("headline, 1 paragraph, ")
    assert "is its first" in newsroom("changes", uri, "1").out
    assert "revision: saw 9; wanted one of" in newsroom("changes", uri, "9").err
    told = " ".join(newsroom("story", uri).out.split())
    assert "correction" in told
