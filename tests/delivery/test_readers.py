"""Each reader gets what is meant for them: the correction, the form, the size, the signature."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.delivery.office import DAY, READERS, Office
from tests.delivery.server import answering, mailroom

pytestmark = pytest.mark.slow
LATER = DAY + timedelta(7)


def test_a_correction_goes_to_those_who_got_the_first_and_new_readers_get_it_plain(
    office: Office,
) -> None:
    refuse_bob = answering("rcpt", "bob", "550 5.7.1 no")
    with mailroom(script=refuse_bob) as room:
        office.settings(room.port)
        office.run("send")
        office.publish(reason="A figure was wrong", exports="5,865 t")
        office.recipients(*READERS, "dee@example.org")
        said = office.run("send", "--json")
    assert said.json["revision"] == 2
    assert said.json["skipped"] == {"r1 refused before": 1}
    ann, cy, dee = (content.partition(b"\r\n\r\n")[0] for content in room.contents[2:])
    assert b"Subject: Correction: The news of 2025-06-09\r\n" in ann
    assert b"Subject: Correction: " in cy
    assert b"Subject: The news of 2025-06-09\r\n" in dee
    assert b"A figure was wrong" not in room.contents[-1]
    kinds = {
        row["address"]: row["kind"]
        for row in office.run("deliveries", "--json").json["deliveries"]
        if row["revision"] == 2
    }
    assert kinds == {
        "ann@example.org": "correction",
        "cy@example.org": "correction",
        "dee@example.org": "edition",
    }


def test_a_correction_waits_for_word_of_what_is_unknown(office: Office) -> None:
    with mailroom(script=answering("body", "bob", "drop")) as room:
        office.settings(room.port)
        office.run("send")
        office.publish(reason="A figure was wrong", exports="5,865 t")
        said = office.run("send", "--json")
        assert said.json["skipped"] == {"r1 unknown: see --resolve": 1}
        assert (said.status, said.json["unknown"]) == (6, 1)
        assert office.run("send", "--resolve", "bob@example.org=accepted").status == 0
        assert office.run("send", "--json").json["sent"] == 1
    assert b"Subject: Correction: " in room.contents[-1]


def test_groups_and_days_decide_who_gets_it(office: Office) -> None:
    office.publish(LATER)
    office.recipients(
        "ann@example.org,Ann,board,full",
        "bob@example.org,Bob,press,one-page",
        "cy@example.org,,,,,2025-06-17",
        "dee@example.org,,,,,,2025-06-15",
        "eve@example.org,,board; press",
    )
    said = office.run("send", str(LATER), "--late", "--dry-run", "--json")
    assert said.status == 0, said.err
    skips = {row["address"][:3]: row["skip"] for row in said.json["recipients"]}
    assert skips == {
        "ann": "",
        "bob": "not an edition of their groups",
        "cy@": "not active yet",
        "dee": "",
        "eve": "",
    }
    only = office.run("send", "2025-06-09", "--group", "press", "--json")
    assert only.json["sent"] == 2
    assert only.json["skipped"] == {"not in press": 3}
    assert office.run("send", "--group", "friends").status != 0


def test_one_page_readers_get_the_one_page(office: Office) -> None:
    office.recipients("ann@example.org,Ann,board,one-page", "bob@example.org,李明,board,full,zh")
    assert office.run("send").status == 0
    outbox = office.folder / "output" / "outbox" / "2025-06-09"
    assert b"flash-2025-06-09.pdf" in (outbox / "r1-ann@example.org.eml").read_bytes()
    assert b"flash-2025-06-09.pdf" not in (outbox / "r1-bob@example.org.eml").read_bytes()


def test_a_dry_run_writes_nothing(office: Office) -> None:
    said = office.run("send", "--dry-run")
    assert said.status == 0
    assert said.out.splitlines()[0] == "ann@example.org  full  send edition"
    assert "3 to send, 0 to skip, up to 0.0" in said.err
    assert sorted(path.name for path in (office.folder / "output").iterdir()) == ["archive"]


def test_a_test_goes_to_one_address_and_counts_as_none(office: Office) -> None:
    with mailroom() as room:
        office.settings(room.port)
        assert office.run("send", "--test", "ann@example.org").status == 0
        assert office.run("send", "--json").json["sent"] == 3
    ids = {message_id for address, message_id in room.taken if address == "ann@example.org"}
    assert len(ids) == 2


def test_messages_are_signed_where_the_settings_have_a_key(office: Office) -> None:
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (office.folder / "key.pem").write_bytes(key)
    with (office.folder / "reports.toml").open("a", encoding="utf-8") as file:
        file.write('[send.dkim]\nselector = "june"\nkey = "key.pem"\n')
    assert office.run("send").status == 0
    outbox = office.folder / "output" / "outbox" / "2025-06-09"
    for path in outbox.iterdir():
        head = path.read_bytes().partition(b"\r\n\r\n")[0]
        assert b"DKIM-Signature: " in head
        assert b"d=example.org" in head
    (office.folder / "key.pem").write_bytes(b"no key")
    said = office.run("send", "--test", "ann@example.org")
    assert said.status != 0
    assert said.err.count("\n") == 1


def test_the_size_limit_of_the_server_makes_a_link_of_the_pdf(office: Office) -> None:
    with mailroom(extensions=("SIZE 8000",)) as room:
        office.settings(room.port, archive_url="https://example.org/briefings")
        said = office.run("send")
    assert said.status == 0
    assert "Warning: " in said.err
    assert len(room.taken) == 3
    assert max(map(len, room.contents)) <= 8000


@pytest.mark.parametrize(
    ("reply", "is_size"),
    [
        ("552 5.3.4 Message size exceeds fixed limit", True),
        ("552 message too large", True),
        ("552 5.2.2 Mailbox full, size 20", False),
    ],
)
def test_a_limit_that_no_server_stated_makes_a_link_too(
    office: Office, reply: str, is_size: bool
) -> None:
    with mailroom(extensions=(), script=answering("body", "ann", reply)) as room:
        office.settings(room.port, archive_url="https://example.org/archive")
        said = office.run("send", "--json")
    assert (said.json["sent"], said.json["refused"]) == ((3, 0) if is_size else (2, 1))
    attached = [b"application/pdf" in content for content in room.contents]
    assert attached == ([True, False, False, False] if is_size else [True] * 3)
    assert bool(said.json["warnings"]) == is_size
