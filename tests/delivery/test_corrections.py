"""Revisions that follow each other, and archives that are not the one that was sent from."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest

from reports.archive.opening import open_store
from reports.archive.s3 import S3Store
from reports.delivery.ledger import Claim, open_ledger
from reports.delivery.wire import BoundedSMTP
from reports.errors import DeliveryError
from tests.archive.servers import CREDENTIALS, make_bucket, s3_server
from tests.delivery.office import DAY, READERS, Office
from tests.delivery.server import mailroom

pytestmark = pytest.mark.slow
CLAIM = Claim("ann@example.org", "ann@example.org", "edition", "<1@example.org>")
AT = "2025-06-09T12:00:00Z"


def test_who_missed_a_revision_is_told_what_changed_since_the_one_they_have(
    office: Office,
) -> None:
    with mailroom() as room:
        office.settings(room.port)
        office.recipients("ann@example.org")
        assert office.run("send").status == 0
        office.publish(reason="A figure was wrong.", exports="5,865 t")
        office.recipients("bob@example.org")
        assert office.run("send").status == 0
        office.publish(reason="It was right.", exports="5,866 t")
        office.recipients(*READERS)
        assert office.run("send", "--json").json["sent"] == 3
    ann, bob, cy = room.contents[2:]
    assert b"A figure was wrong. It was right." in ann
    assert b"Exports, May: 5,866 t (was 5,864 t)" in ann
    assert b"It was right." in bob
    assert b"A figure was wrong" not in bob
    assert b"Exports, May: 5,866 t (was 5,865 t)" in bob
    assert b"It was right" not in cy


def test_another_edition_under_the_name_of_one_that_was_sent_is_refused(office: Office) -> None:
    assert office.run("send", "--json").json["sent"] == 3
    shutil.move(office.store.root, office.folder / "old")
    office.publish(exports="1 t")
    for dry in ((), ("--dry-run",)):
        said = office.run("send", *dry)
        assert (said.status, said.out) == (6, "")
        assert "2025-06-09/r1 is not what was sent under that name before (hint: " in said.err
    assert office.run("send", "--archive", "old", "--json").json["skipped"] == {"sent already": 3}
    office.publish(reason="The archive was lost.", exports="2 t")
    assert office.run("send", "--json").json["sent"] == 3
    office.settings(state="other")
    office.run("send", "--archive", "old")
    assert (office.folder / "other" / "deliveries.sqlite").exists()
    rows = office.run("deliveries", str(DAY), "--json").json["deliveries"]
    assert [(row["revision"], row["status"]) for row in rows] == [(1, "accepted")] * 3


def test_an_edition_is_sent_from_an_archive_in_a_bucket(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("moto", reason="moto is not installed")
    pytest.importorskip("obstore", reason="obstore is not installed")
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_server() as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        make_bucket(port, "bucket")
        url = "s3://bucket/archive"
        store = open_store(url, {}, os.environ)
        assert isinstance(store, S3Store)
        for path in filter(Path.is_file, office.store.root.rglob("*")):
            name = path.relative_to(office.store.root).as_posix()
            store.bucket.put(store.prefix + name, path.read_bytes())
        shutil.rmtree(office.store.root)
        assert office.run("send").status == 6  # There is none in the folder for output.
        said = office.run("send", "--archive", url, "--json")
        assert (said.status, said.json["sent"]) == (0, 3)
        with (office.folder / "reports.toml").open("a", encoding="utf-8") as file:
            file.write(f'[archive]\nurl = "{url}"\n')
        assert office.run("send", "--json").json["skipped"] == {"sent already": 3}


def test_an_interrupted_run_leaves_at_once_and_the_next_one_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.recipients(*READERS)
    with mailroom() as room:
        office.settings(room.port)
        with monkeypatch.context() as patch:
            plain, answers = BoundedSMTP.reply_within, itertools.count(1)

            def interrupted(client: BoundedSMTP, seconds: float) -> tuple[int, bytes]:
                if seconds > 5 and next(answers) == 2:  # The answer to the second message.
                    raise KeyboardInterrupt
                return plain(client, seconds)

            patch.setattr(BoundedSMTP, "reply_within", interrupted)
            said = office.run("send")
        assert said.status == 130
        assert "What was sent stands in the ledger" in said.err
        assert "QUIT" not in room.commands
        assert office.statuses() == {"ann@example.org": "accepted", "bob@example.org": "unknown"}
        assert office.run("send", "--json").json["sent"] == 1
    assert room.addresses == sorted(READERS)


def test_a_second_run_without_the_lock_takes_nothing_that_was_begun(office: Office) -> None:
    state = office.folder / "state"
    revision = office.publish(reason="A figure was wrong", exports="1 t")
    with open_ledger(state) as one, open_ledger(state) as two:
        one.claim("smtp", revision, [CLAIM], AT)
        one.begin("smtp", revision, CLAIM.key)
        two.claim("smtp", revision, [CLAIM], AT)
        with pytest.raises(DeliveryError, match="no longer ours to send"):
            two.begin("smtp", revision, CLAIM.key)
        # A bounce that is read before the answer of the server stands.
        row = next(one.listed())
        assert two.notice("seal", AT, row, "bounced", "failed: 5.1.1", hard=True)
        one.settle("smtp", revision, CLAIM.key, "accepted", AT, "250 ok")
        assert [(row.status, row.hard) for row in two.listed()] == [("bounced", True)]
