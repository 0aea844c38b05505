"""The bucket, against a real S3 server, and over a line that loses and cuts answers."""

import pickle
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.store.bucket import IMMUTABLE, ONLY_NEW, Bucket, BucketError, Conflict, Corrupt, Missing
from newsroom.story import digest
from standalone.seaweedfs import free_ports


class TestWrittenOnce:
    def test_the_first_write_says_so(self, bucket):
        assert bucket.put_once("stories/a.json", b"{}") is True
        assert bucket.get("stories/a.json") == b"{}"

    def test_the_same_bytes_again_are_no_error(self, bucket):
        bucket.put_once("a", b"{}")
        assert bucket.put_once("a", b"{}") is False

    def test_other_bytes_are_refused_and_change_nothing(self, bucket):
        bucket.put_once("a", b"first")
        with pytest.raises(Conflict, match="tests/a: something else lies there"):
            bucket.put_once("a", b"second")
        assert bucket.get("a") == b"first"

    def test_of_many_writers_one_wins(self, bucket):
        def write(each: int) -> bool:
            try:
                return bucket.put_once("a", b"%d" % each)
            except Conflict:
                return False

        with ThreadPoolExecutor(16) as pool:
            won = [each for each, first in enumerate(pool.map(write, range(16))) if first]
        assert [b"%d" % each for each in won] == [bucket.get("a")]

    def test_it_may_be_cached_for_ever(self, bucket):
        bucket.put_once("a", b"{}")
        answer = bucket.client.head_object(Bucket=bucket.name, Key="a")
        assert (answer["CacheControl"], answer["ContentType"]) == (IMMUTABLE, "application/json")

    def test_many_count_those_that_were_new(self, bucket):
        bucket.put_once("many/3", b"3")
        assert bucket.put_many_once((f"many/{n}", b"%d" % n) for n in range(6)) == 5
        assert bucket.get_many(f"many/{n}" for n in range(6)) == {f"many/{n}": b"%d" % n for n in range(6)}


class TestReplaced:
    def test_by_who_saw_the_last_one(self, bucket):
        first = bucket.put("feed", b"1", content_type="text/plain", if_match=ONLY_NEW)
        second = bucket.put("feed", b"2", content_type="text/plain", if_match=first)
        assert bucket.get("feed") == b"2"
        assert bucket.stat("feed").etag == second

    def test_not_by_who_saw_an_earlier_one(self, bucket):
        first = bucket.put("feed", b"1", content_type="text/plain")
        bucket.put("feed", b"2", content_type="text/plain")
        with pytest.raises(Conflict):
            bucket.put("feed", b"3", content_type="text/plain", if_match=first)
        assert bucket.get("feed") == b"2"

    def test_not_by_who_saw_none(self, bucket):
        bucket.put("feed", b"1", content_type="text/plain")
        with pytest.raises(Conflict):
            bucket.put("feed", b"2", content_type="text/plain", if_match=ONLY_NEW)

    def test_not_when_it_is_gone(self, bucket):
        first = bucket.put("feed", b"1", content_type="text/plain")
        bucket.delete("feed")
        with pytest.raises((Conflict, Missing)):
            bucket.put("feed", b"2", content_type="text/plain", if_match=first)
        assert bucket.stat("feed") is None


class TestRead:
    def test_nothing_there_is_missing(self, bucket):
        with pytest.raises(Missing, match="tests/a: nothing lies there") as error:
            bucket.get("a")
        assert not error.value.retry

    def test_bytes_that_changed_behind_our_back_are_corrupt(self, bucket):
        bucket.put_once("a", b"first")
        metadata = dict(bucket.stat("a").metadata)
        bucket.client.put_object(Bucket=bucket.name, Key="a", Body=b"other", Metadata=metadata)
        with pytest.raises(Corrupt, match="its sha256 is not"):
            bucket.get("a")

    def test_what_another_wrote_is_read_as_it_is(self, bucket):
        bucket.client.put_object(Bucket=bucket.name, Key="a", Body=b"theirs")
        assert bucket.get("a") == b"theirs"
        assert bucket.stat("a").sha256 is None

    def test_stat_tells_what_was_written_without_the_bytes(self, bucket):
        etag = bucket.put("a", b"12345", content_type="text/plain", metadata={"stories": "3"})
        stat = bucket.stat("a")
        assert (stat.etag, stat.size, stat.sha256) == (etag, 5, digest(b"12345"))
        assert stat.metadata["stories"] == "3"
        assert abs(stat.last_modified - datetime.now(UTC)) < timedelta(minutes=1)

    def test_stat_of_nothing_is_none(self, bucket):
        assert bucket.stat("a") is None

    def test_many_fail_when_one_is_missing(self, bucket):
        bucket.put_once("a", b"1")
        with pytest.raises(Missing):
            bucket.get_many(["a", "b"])

    def test_keys_are_those_under_the_prefix_in_order(self, bucket):
        bucket.put_many_once((key, b"1") for key in ("other/2", "many/10", "many/9", "manyfold"))
        assert list(bucket.keys("many/")) == ["many/10", "many/9"]
        assert list(bucket.keys("none/")) == []

    def test_more_keys_than_one_answer_holds(self, bucket, over):
        bucket.put_many_once((f"many/{n:02}", b"") for n in range(12))
        small = over()
        small.client.meta.events.register(
            "before-parameter-build.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=5)
        )
        assert list(small.keys("many/")) == [f"many/{n:02}" for n in range(12)]

    def test_many_are_deleted_while_they_are_listed(self, bucket, monkeypatch):
        monkeypatch.setattr("newsroom.store.bucket.AT_ONCE", 5)
        bucket.put_many_once((f"old/{n:02}", b"") for n in range(12))
        bucket.put_once("older", b"")
        assert bucket.delete_many(bucket.keys("old/")) == 12
        assert list(bucket.keys("old")) == ["older"]

    def test_deleting_nothing_is_no_error(self, bucket):
        bucket.put_once("a", b"1")
        bucket.delete("a")
        bucket.delete("a")
        assert bucket.stat("a") is None

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(body=st.binary(max_size=4_000))
    def test_any_bytes_come_back(self, bucket, body):
        key = f"raw/{digest(body)}"
        bucket.put_once(key, body, content_type="application/octet-stream")
        assert bucket.get(key) == body


class TestABadLine:
    @pytest.mark.parametrize("fault", ["lost", "reset", "503"])
    def test_a_write_goes_through(self, bucket, over, line, fault):
        line.faults = [fault]
        assert over(line.endpoint).put_once("a", b"{}") is True
        assert bucket.get("a") == b"{}"
        assert line.requests[:2] == ["PUT", "PUT"]

    def test_a_replacement_whose_answer_was_lost_is_known_as_ours(self, bucket, over, line):
        first = bucket.put("feed", b"1", content_type="text/plain")
        line.faults = ["lost"]
        etag = over(line.endpoint).put("feed", b"2", content_type="text/plain", if_match=first)
        assert bucket.stat("feed").etag == etag
        assert line.requests == ["PUT", "PUT", "HEAD"]

    def test_a_lost_answer_does_not_make_anothers_write_ours(self, bucket, over, line):
        bucket.put_once("a", b"theirs")
        line.faults = ["lost"]
        with pytest.raises(Conflict):
            over(line.endpoint).put_once("a", b"ours")
        assert bucket.get("a") == b"theirs"

    def test_a_body_cut_half_way_is_never_returned(self, bucket, over, line):
        bucket.put_once("a", b"x" * 10_000)
        line.faults = ["cut"]
        with pytest.raises(BucketError, match="cut") as error:
            over(line.endpoint).get("a")
        assert error.value.retry

    @pytest.mark.parametrize(
        ("fault", "code", "retry"),
        [
            ("503", "slow_down", True),
            ("500", "server_error", True),
            ("409", "busy", True),
            ("403", "clock_skew", False),
        ],
    )
    def test_a_server_that_goes_on_refusing_is_told_apart(self, bucket, over, line, fault, code, retry):
        line.faults = [fault]
        with pytest.raises(BucketError) as error:
            over(line.endpoint, attempts=1).put_once("a", b"{}")
        assert (error.value.code, error.value.retry) == (code, retry)
        assert bucket.stat("a") is None


class TestWhatIsWrongIsNamed:
    def test_an_access_key_the_server_does_not_know(self, over):
        with pytest.raises(BucketError, match="set an access key that the server knows") as error:
            over(access_key="unknown").put_once("a", b"{}")
        assert (error.value.code, error.value.retry) == ("access_denied", False)

    def test_a_secret_key_of_another(self, over, s3):
        with pytest.raises(BucketError, match="set the secret key that belongs") as error:
            over(secret_key="not-the-secret").get("a")
        assert error.value.code == "access_denied"
        assert s3.secret_key not in str(error.value)
        assert "not-the-secret" not in str(error.value)

    @pytest.mark.parametrize("ask", [lambda b: b.get("a"), lambda b: list(b.keys("a"))])
    def test_a_bucket_that_is_not_there(self, over, ask):
        # Not asked to write: this server makes a bucket for whoever may do everything.
        with pytest.raises(BucketError, match="create the bucket, or set NEWSROOM_BUCKET") as error:
            ask(over(name="not-made"))
        assert error.value.code == "no_bucket"

    def test_a_server_that_is_down(self, over):
        with pytest.raises(BucketError, match="check AWS_ENDPOINT_URL_S3") as error:
            over(f"http://127.0.0.1:{free_ports(1)[0]}", attempts=1).get("a")
        assert (error.value.code, error.value.retry) == ("unreachable", True)

    def test_no_credentials(self, s3, monkeypatch):
        for name, value in s3.environment().items():
            if "KEY" not in name:
                monkeypatch.setenv(name, value)
        with pytest.raises(BucketError, match="the credentials"):
            Bucket.from_environment().get("a")

    def test_an_error_travels_between_processes(self):
        before = Missing("missing", "tests/a: nothing lies there", retry=True)
        after = pickle.loads(pickle.dumps(before))  # noqa: S301 - our own
        assert type(after) is Missing
        assert (after.code, after.reason, after.retry) == (before.code, before.reason, True)
        assert str(after) == str(before)


class TestProbe:
    def test_a_real_server_does_what_we_need(self, bucket):
        assert bucket.probe() == []
        assert list(bucket.keys("")) == []

    def test_a_server_that_ignores_conditions_is_found_out(self, bucket, over):
        careless = over()
        for header in ("If-None-Match", "If-Match"):
            careless.client.meta.events.register(
                "before-call.s3.PutObject",
                lambda params, header=header, **_: params["headers"].pop(header, None) and None,
                unique_id=header,
            )
        wrong = careless.probe()
        assert [sentence.split()[0] for sentence in wrong] == ["If-None-Match", "If-Match"]

    def test_make_makes_the_bucket_once(self, over):
        made = over(name=f"made-{uuid.uuid4().hex[:12]}")
        assert made.make() is True
        assert made.make() is False
        assert made.put_once("a", b"{}")

    def test_the_environment_names_the_bucket(self, bucket, environment):
        bucket.put_once("a", b"{}")
        assert Bucket.from_environment().get("a") == b"{}"
