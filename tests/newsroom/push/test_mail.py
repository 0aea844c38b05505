"""Mail for kills over a real mail server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from newsroom.config import House
from newsroom.config.push import Email
from newsroom.connections import Connection
from newsroom.push.acknowledgement import acknowledge, overdue
from newsroom.push.errors import PushError
from newsroom.push.mail import MailTransport
from newsroom.stages.reach_push import by_push
from standalone.seaweedfs import free_ports


class Mailbox:
    """Takes mail, save for the addresses that it refuses."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.refused: set[str] = set()
        self.answer = "250 queued as 17"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.got.append((list(envelope.rcpt_tos), mail))
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    port = free_ports(1)[0]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


@pytest.fixture
def mail(desk, mailbox):
    _, port = mailbox
    target = Email(
        kind="email",
        connection="smtp",
        to=("desk@krdo.example", "night@krdo.example"),
        private_addresses=("127.0.0.1",),
        ports=(port,),
    )
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "kills@frontrange.example"}
    desk.connections["smtp"] = Connection("smtp", "smtp", host="127.0.0.1", port=port, extra=extra)
    desk.targets = (target,)
    desk.push("email")
    return desk


def test_a_kill_is_mailed_once_without_a_word_of_the_story_and_nothing_else_is(mail, mailbox):
    box, _ = mailbox
    mail.publish("Mayor accused", "two")
    assert mail.push("email").counts == {}
    mail.kill("Mayor accused")
    assert mail.push("email").counts == {"delivered": 1}
    assert mail.push("email").counts == {}
    ((to, got),) = box.got
    assert to == ["desk@krdo.example", "night@krdo.example"]
    assert got["Subject"] == f"KILL: remove story {mail.uri('Mayor accused')}"
    (row,) = mail.messages()
    assert got["Message-ID"] == f"<{row.id}@frontrange.example>" == row.receipt["id"]
    text = got.get_content()
    assert mail.uri("Mayor accused") in text
    assert "version higher than 2" in " ".join(text.split())
    assert "Mayor" not in str(got)
    assert "libel" not in str(got)
    assert row.receipt["said"] == "queued as 17"


@pytest.mark.slow
def test_a_wrong_address_does_not_keep_the_kill_from_the_others(mail, mailbox):
    box, _ = mailbox
    box.refused = {"night@krdo.example"}
    mail.publish("one")
    mail.kill("one")
    mail.push("email")
    (row,) = mail.messages()
    assert box.got[0][0] == ["desk@krdo.example"]
    assert row.receipt["refused"] == "night@krdo.example: 550 no such user"
    (late,) = overdue(mail.configuration, mail.catalogue, mail.now)  # somebody must call at once
    assert late.reason == "taken, but not for night@krdo.example: 550 no such user"
    acknowledge(mail.room, row, by="ed", at=mail.now)
    assert overdue(mail.configuration, mail.catalogue, mail.now) == []


@pytest.mark.slow
def test_when_every_address_is_wrong_a_person_must_look(mail, mailbox):
    box, _ = mailbox
    box.refused = {"desk@krdo.example", "night@krdo.example"}
    mail.publish("one")
    mail.kill("one")
    mail.push("email")
    (row,) = mail.messages()
    assert row.state == "parked"
    assert "it refuses every address: desk@krdo.example: 550 no such user" in (row.reason or "")


@pytest.mark.slow
def test_a_server_that_is_busy_is_asked_again_within_a_minute(mail, mailbox):
    box, _ = mailbox
    mail.publish("one")
    mail.kill("one")
    box.answer = "451 try later"
    assert mail.push("email").failures == {"smtp_451": 1}
    box.answer = "250 OK"
    mail.later(minutes=1)
    assert mail.push("email").counts == {"delivered": 1}


@pytest.mark.slow
def test_a_server_that_is_not_there_is_told(mail):
    mail.connections["smtp"] = replace(mail.connections["smtp"], port=free_ports(1)[0])
    mail.targets = (mail.targets[0].model_copy(update={"ports": (mail.connections["smtp"].port,)}),)
    mail.publish("one")
    mail.kill("one")
    mail.push("email", budget=timedelta(seconds=1))
    (row,) = mail.messages()
    assert "refused: 127.0.0.1" in (row.reason or "")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"host": ""}, "bad_url"),
        ({"host": "mail.krdo.example"}, "plain_smtp"),
        ({"extra": {"disable_ssl": True}}, "no_sender"),
        ({"extra": {"from_email": "a@b\nBcc: c@d"}}, "no_sender"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_dialled(changes, code):
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "kills@frontrange.example"}
    connection = replace(Connection("smtp", "smtp", host="127.0.0.1", extra=extra), **changes)
    target = Email(kind="email", connection="smtp", to=("desk@krdo.example",))
    house = House(name="Front Range Desk", contact="desk@frontrange.example")
    with pytest.raises(PushError) as told:
        MailTransport(target, connection, house)
    assert told.value.code == code


@pytest.mark.slow
def test_a_probe_sends_no_mail_and_names_an_address_that_is_refused(mail, mailbox):
    box, port = mailbox

    def probed() -> tuple[bool, str]:
        (each,) = by_push(mail.room, mail.partner)
        return each.fine, each.found

    where = f"smtp://127.0.0.1:{port}"
    everybody = "desk@krdo.example, night@krdo.example"
    assert probed() == (True, f"{where}: the login holds, and mail is taken for {everybody}")
    box.refused = {"night@krdo.example"}
    assert probed() == (
        False,
        f"address_refused: {where}: it refuses night@krdo.example: 550 no such user",
    )
    box.refused.add("desk@krdo.example")
    assert "it refuses every address" in probed()[1]
    assert box.got == []
