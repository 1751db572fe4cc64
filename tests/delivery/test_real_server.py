"""Postfix and Dovecot: an edition arrives once, and what comes back is recognised."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.conftest import LONDON, Build, run_reports
from tests.delivery.office import DAY, PDF, Office
from tests.delivery.policy import greylisting
from tests.delivery.postfix import PASSWORD, PostOffice, post_office, wait_for, why_not

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture(scope="module")
def server() -> Iterator[PostOffice]:
    """Run the server once for all tests of the module; each has recipients of its own."""
    with greylisting() as policy, post_office(policy) as running:
        yield running


@pytest.fixture
def relay(office: Office, server: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office that sends through the server by STARTTLS, and reads what comes back."""
    monkeypatch.setenv("REPORTS_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("REPORTS_IMAP_PASSWORD", PASSWORD)
    configure(office, server)
    return office


def configure(office: Office, post: PostOffice, **changes: str | int) -> None:
    settings: dict[str, str | int] = {
        "server": f"smtp://localhost:{post.ports['smtp']}",
        "user": "reports@test.example",
        "ca": str(post.ca),
        "return_path": "reports@test.example",
        "retry_after": 0,
        **changes,
    }
    office.settings(None, **settings)
    with (office.folder / "reports.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[send.bounces]\nserver = "imap://localhost:{post.ports["imap"]}"\n'
            f'user = "reports@test.example"\nca = "{post.ca}"\n'
        )


def test_an_edition_arrives_by_starttls(relay: Office, server: PostOffice) -> None:
    relay.recipients("alice@test.example,何立峰,board")
    said = relay.run("send")
    assert said.status == 0, said.err
    server.wait_until_delivered()
    (message,) = server.messages("alice")
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["application/pdf"].get_payload(decode=True) == PDF
    assert "with ESMTPSA" in "".join(message.get_all("Received", []))
    assert message_from_bytes(message.as_bytes(), policy=default)["To"] == (
        "何立峰 <alice@test.example>"
    )
    assert relay.statuses() == {"alice@test.example": "accepted"}


def test_the_london_edition_arrives_whole(
    relay: Office, server: PostOffice, london: Build, tmp_path: Path
) -> None:
    output = tmp_path / "london"
    shutil.copytree(london.folder.parent, output / "draft")
    words = ("publish", "--as-of", LONDON, "--output", output)
    published = run_reports(*words, environment={"SOURCE_DATE_EPOCH": "1749470000"})
    assert published.status == 0, published.err
    relay.recipients("lena@test.example,Lena")
    said = relay.run("send", "--output", output)
    assert said.status == 0, said.err
    server.wait_until_delivered()
    (stored,) = server.messages("lena")
    message = message_from_bytes(stored.as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png", "image/png", "application/pdf"]
    (attached,) = message.iter_attachments()
    assert attached.get_content() == london.pdf.read_bytes()
    assert message["Subject"] == "London talks open with rare earths at the centre"


def test_an_edition_arrives_by_tls_alone(relay: Office, server: PostOffice) -> None:
    configure(relay, server, server=f"smtps://localhost:{server.ports['smtps']}")
    relay.recipients("amy@test.example")
    said = relay.run("send")
    assert said.status == 0, said.err
    server.wait_until_delivered()
    assert len(server.messages("amy")) == 1


@pytest.mark.parametrize("way", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    relay: Office, server: PostOffice, way: str
) -> None:
    configure(relay, server, server=f"{way}://localhost:{server.ports[way]}", ca="")
    relay.recipients("anna@test.example")
    said = relay.run("send")
    assert said.status == 6
    assert "its certificate is not trusted" in said.err
    assert relay.statuses() == {}
    assert server.messages("anna") == []


def test_a_wrong_password_is_told_and_shown_nowhere(
    relay: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTS_SMTP_PASSWORD", "swordfish")
    said = relay.run("send")
    assert said.status == 6
    assert "does not accept the password of reports@test.example: 535" in said.err
    assert "swordfish" not in said.err + said.out


def test_each_is_told_apart_by_a_real_server(relay: Office, server: PostOffice) -> None:
    names = ("carol", "grey", "deny", "full", "nobody")
    relay.recipients(*(f"{name}@test.example" for name in names))
    said = relay.run("send", "--json")
    assert said.status == 6
    assert {name: said.json[name] for name in ("sent", "refused", "deferred")} == {
        "sent": 2,
        "refused": 2,
        "deferred": 1,
    }
    statuses = {address.partition("@")[0]: at for address, at in relay.statuses().items()}
    assert statuses == {
        "carol": "accepted",
        "grey": "accepted",
        "deny": "refused",
        "full": "deferred",
        "nobody": "refused",
    }
    again = relay.run("send", "--json")
    assert again.json["sent"] == 0
    server.wait_until_delivered()
    assert len(server.messages("grey")) == 1
    assert {*server.copies().values()} == {1}


def test_what_comes_back_is_recognised_and_suspends_at_last(
    relay: Office, server: PostOffice
) -> None:
    configure(relay, server, suspend_after=1)
    relay.recipients("bounce@test.example", "dora@test.example")
    assert relay.run("send").status == 0
    wait_for(lambda: len(server.messages("reports")) > 0, "the notice")
    said = relay.run("bounces", "--json")
    assert said.status == 0, said.err
    assert said.json["hard"] == 1
    (bounced,) = said.json["bounced"]
    assert bounced["address"] == "bounce@test.example"
    assert bounced["reply"].startswith("failed: 5.1.2 ")
    assert said.json["suspended"] == [{"address": "bounce@test.example", "bounces": 1}]
    assert relay.run("bounces", "--json").json["hard"] == 0
    assert relay.statuses() == {
        "bounce@test.example": "bounced",
        "dora@test.example": "accepted",
    }
    relay.publish(DAY.replace(day=8))
    skipped = relay.run("send", "2025-06-08", "--json").json["skipped"]
    assert skipped == {"suspended after bounces": 1}
    assert relay.run("deliveries", "--suspended").out == "bounce@test.example  1 bounce in a row\n"


def test_the_mailbox_is_read_by_tls_alone_too(relay: Office, server: PostOffice) -> None:
    path = relay.folder / "reports.toml"
    text = path.read_text("utf-8")
    address = f"imaps://localhost:{server.ports['imaps']}"
    path.write_text(text.replace(f"imap://localhost:{server.ports['imap']}", address), "utf-8")
    assert relay.run("bounces", "--json").status == 0
    path.write_text(text.replace(f'ca = "{server.ca}"', 'ca = ""'), "utf-8")
    said = relay.run("bounces")
    assert said.status == 6
    assert "its certificate is not trusted" in said.err


def test_a_size_limit_of_a_real_server_makes_a_link(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTS_SMTP_PASSWORD", PASSWORD)
    with greylisting() as policy, post_office(policy, size=8_000) as small:
        configure(office, small, archive_url="https://example.org/briefings")
        office.recipients("eva@test.example")
        said = office.run("send")
        assert said.status == 0, said.err
        assert "Warning: " in said.err
        small.wait_until_delivered()
        assert len(small.messages("eva")) == 1
