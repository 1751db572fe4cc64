"""The message of a reader: what its headers and parts say, and what no header may hold."""

from __future__ import annotations

import re
import tracemalloc
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.archive.manifest import Revision
from reports.delivery.composing import Addressee, Message, compose, message_id_of, reader_token
from reports.delivery.letters import Change, Correction
from reports.delivery.marks import fill
from reports.errors import DeliveryError
from tests.delivery.letters import DAY, NOW, SENDER, letter

READER = Addressee("li.ming@example.net", "李明")
LONGEST_LINE = 998
CHANGES = tuple(Change(f"Series {n}", f"{n}", f"{n + 1}") for n in range(9))


def read(message: Message) -> EmailMessage:
    found = message_from_bytes(message.content, policy=default)
    assert isinstance(found, EmailMessage)
    assert not [part.defects for part in found.walk() if part.defects]
    assert not [header.defects for header in found.values() if header.defects]
    assert message.content.isascii()
    lines = message.content.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    return found


def body(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def composed(reader: Addressee = READER, **changes: object) -> EmailMessage:
    return read(compose(letter(**changes), reader, SENDER, NOW))


def test_a_reader_gets_text_html_pictures_and_the_pdf() -> None:
    sent = letter()
    message = compose(sent, READER, SENDER, NOW)
    found = read(message)
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    (attached,) = found.iter_attachments()
    assert attached.get_content() == sent.pdf
    assert attached.get_filename() == "us-china-trade-briefing-2025-06-09.pdf"
    picture = next(part for part in found.walk() if part.get_content_type() == "image/png")
    assert picture.get_content() == sent.images["exports.png"]
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in body(found, "html")
    assert message.size == len(message.content)
    assert message.warnings == ()


def test_the_headers_say_who_what_and_how_to_leave() -> None:
    message = compose(letter(), READER, SENDER, NOW)
    found = read(message)
    token = reader_token(READER.address, SENDER)
    assert found["From"] == "Trade Briefing <briefing@example.org>"
    assert found["To"] == "李明 <li.ming@example.net>"
    assert found["Subject"] == "London talks open"
    assert found["Date"].datetime == NOW
    assert found["Message-ID"] == message.message_id
    assert found["List-Id"] == "<briefing.example.org>"
    assert re.findall("<([^>]*)>", found["List-Unsubscribe"]) == [
        f"https://example.org/leave?token={token}",
        f"mailto:leave@example.org?subject=unsubscribe%20{token}",
    ]
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Precedence"] == "list"


def test_without_a_page_to_leave_there_is_the_mail_alone() -> None:
    found = read(compose(letter(), READER, replace(SENDER, unsubscribe_url=""), NOW))
    assert found["List-Unsubscribe"].startswith("<mailto:leave@example.org?subject=")
    assert found["List-Unsubscribe-Post"] is None
    assert "Unsubscribe: mailto:leave@example.org" in body(found, "plain")


def test_both_bodies_hold_the_links_of_the_reader_and_all_words_unchanged() -> None:
    found = composed()
    token = reader_token(READER.address, SENDER)
    base = "https://example.org/briefings/2025-06-09/r1"
    assert body(found, "plain") == (
        "The news – 新闻.\nFrom here on it ends with a space: \n\n"
        f"Read it: {base}/us-china-trade-briefing-2025-06-09.html\nPDF attached, 2 KB\n"
        f"Unsubscribe: https://example.org/leave?token={token}\n.\n"
    )
    html = body(found, "html")
    assert f'<a href="{base}/us-china-trade-briefing-2025-06-09.html">Read</a>' in html
    assert f'<a href="https://example.org/leave?token={token}">unsubscribe</a>' in html
    assert "[[" not in html


def test_without_an_archive_to_read_in_there_is_no_button() -> None:
    found = read(compose(letter(), READER, replace(SENDER, archive_url=""), NOW))
    assert "Read" not in body(found, "plain") + body(found, "html")
    assert found["List-Archive"] is None


def test_the_same_reader_gets_the_same_bytes_and_others_other_tokens() -> None:
    one, other = (compose(letter(), READER, SENDER, NOW) for _ in range(2))
    assert one == other
    second = letter(revision=Revision(DAY, 2))
    ids = {
        message_id_of(letter(), READER.address, SENDER),
        message_id_of(letter(), "Li.Ming@Example.NET", SENDER),
        message_id_of(letter(), "li@example.net", SENDER),
        message_id_of(second, READER.address, SENDER),
        message_id_of(letter(), READER.address, replace(SENDER, secret=b"other")),
        message_id_of(letter(), READER.address, SENDER, "test"),
    }
    assert one.message_id in ids
    assert len(ids) == 5
    assert not re.search("li.ming|example.net", one.message_id)
    test = compose(letter(), READER, SENDER, NOW, occasion="test")
    assert test.message_id == message_id_of(letter(), READER.address, SENDER, "test")


def test_a_correction_comes_first_with_its_reason_and_what_changed() -> None:
    correction = Correction(Revision(DAY, 1), "Two digits\nwere <swapped>.", CHANGES)
    found = composed(subject="Correction: London talks open", correction=correction)
    assert found["Subject"] == "Correction: London talks open"
    text = body(found, "plain")
    assert text.startswith(
        "CORRECTION: Two digits were <swapped>.\n* Series 0: 1 (was 0)\n* Series 1: 2 (was 1)\n"
    )
    assert "* Series 5: 6 (was 5)\nMore: 3\nThe news" in text
    html = body(found, "html")
    assert "<p>Two digits were &lt;swapped&gt;.<br>Series 0: 1 (was 0)<br>" in html
    assert "No number differs." not in text


def test_a_correction_of_words_alone_says_that_no_number_differs() -> None:
    same = Correction(Revision(DAY, 1), "A name was misspelt.", ())
    text = body(composed(correction=same), "plain")
    assert text.startswith("CORRECTION: A name was misspelt.\nNo number differs.\nThe news")
    unknown = replace(same, compared=False)
    assert "No number" not in body(composed(correction=unknown), "plain")


def test_what_an_editor_wrote_is_no_mark() -> None:
    correction = Correction(Revision(DAY, 1), "[[unsubscribe]] [[#page]]", ())
    text = body(composed(correction=correction), "plain")
    assert text.startswith("CORRECTION: [[unsubscribe]] [[#page]]\n")


def test_a_pdf_over_the_limit_becomes_a_link() -> None:
    sent = letter(pdf=bytes(1_100_000))
    whole = compose(sent, READER, SENDER, NOW)
    assert compose(sent, READER, SENDER, NOW, whole.size + 5000).warnings == ()
    less = compose(sent, READER, SENDER, NOW, whole.size)
    found = read(less)
    assert [*found.iter_attachments()] == []
    link = "https://example.org/briefings/2025-06-09/r1/us-china-trade-briefing-2025-06-09.pdf"
    assert f"PDF, 1.1 MB: {link}" in body(found, "plain")
    (warning,) = less.warnings
    assert re.fullmatch(
        r"the message of 2025-06-09/r1 takes 1.5 MB, over the limit of 1.5 MB: "
        "a link stands for the PDF of 1.1 MB",
        warning,
    )


def test_a_message_that_stays_too_large_is_refused() -> None:
    with pytest.raises(DeliveryError, match="even without its PDF"):
        compose(letter(), READER, SENDER, NOW, 3000)
    with pytest.raises(DeliveryError, match="over the limit") as caught:
        compose(letter(), READER, replace(SENDER, archive_url=""), NOW, 3000)
    assert "archive_url" in caught.value.hint


def test_a_file_name_in_chinese_arrives() -> None:
    (attached,) = composed(pdf_name="中美经贸周报 2025-06-09.pdf").iter_attachments()
    assert attached.get_filename() == "中美经贸周报 2025-06-09.pdf"


NAMES = st.text(
    st.characters(categories=("L", "M", "N", "P", "S", "Zs")),
    max_size=120,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_every_name_that_can_be_read_arrives(name: str) -> None:
    message = compose(letter(), Addressee("li@example.net", name), SENDER, NOW)
    head = message.content.partition(b"\r\nTo: ")[2].partition(b"\r\nList-")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n")) or name.isascii()
    found = read(message)
    assert found["To"].addresses[0].addr_spec == "li@example.net"
    # `email.headerregistry` puts a space between encoded words where none is.
    ((shown, _),) = getaddresses([head.decode()])
    assert str(make_header(decode_header(shown))) == " ".join(name.split())


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\nBcc: x@y.example",
        "a@b.example\r\n\r\n<p>",
        "a@b.example,c@d.example",
        "A <a@b.example>",
        '"a b"@c.example',
        "a b@c.example",
        "a@b@c.example",
        "a@b.example\0",
        "a@-b.example",
        "a@[127.0.0.1]",
        ".a@b.example",
        "a..b@c.example",
        "李@b.example",
        "a@b\u202e.example",
        f"{'a' * 65}@b.example",
        "@b.example",
        "a@",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(DeliveryError, match="is no address that a reader can have") as caught:
        compose(letter(), Addressee(address), SENDER, NOW)
    assert "\n" not in caught.value.message
    assert caught.value.message.isascii()


def test_a_domain_in_chinese_goes_out_in_ascii() -> None:
    assert "<li@xn--fsqu00a.example>" in str(composed(Addressee("li@例子.example", "Li"))["To"])


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Li\nBcc: x@y.example", r"U\+000A"),
        ("Li\r\n\r\n<p>", r"U\+000D"),
        ("Li\x00", r"U\+0000"),
        ("Li \u202egnim", "RIGHT-TO-LEFT OVERRIDE"),
        ("Li\u2066Ming", "LEFT-TO-RIGHT ISOLATE"),
        ("Li\u200bMing", "ZERO WIDTH SPACE"),
        ("Li\u2028Ming", "LINE SEPARATOR"),
        ("Li\ud800", r"U\+D800"),
        ("Li\ue000", r"U\+E000"),
    ],
)
def test_a_name_that_hides_something_is_refused(name: str, what: str) -> None:
    with pytest.raises(DeliveryError, match=rf"a reader's name .* holds .*{what}") as caught:
        compose(letter(), Addressee("li@example.net", name), SENDER, NOW)
    assert caught.value.message.isprintable()
    with pytest.raises(DeliveryError, match=f"the headline .* holds .*{what}"):
        compose(letter(subject=name), READER, SENDER, NOW)


def test_a_name_that_fills_a_page_is_refused() -> None:
    with pytest.raises(DeliveryError, match="is 401 letters long"):
        compose(letter(), Addressee("li@example.net", "x" * 401), SENDER, NOW)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"address": "a@b\nBcc: c@d"}, "no address that the sender can have"),
        ({"name": "A\nB"}, "the sender's name"),
        ({"list_id": "a b"}, "no name that the list can have"),
        ({"unsubscribe_mail": "nobody"}, "for those who unsubscribe"),
        ({"unsubscribe_url": "http://example.org/leave"}, "no address for unsubscribing"),
        ({"unsubscribe_url": "https://example.org/>,<x"}, "no address for unsubscribing"),
        ({"archive_url": "javascript:alert(1)"}, "no address for the archive"),
        ({"archive_url": "https://example.org/\r\nX: y"}, "no address for the archive"),
    ],
)
def test_a_setting_that_no_header_may_hold_is_refused(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(DeliveryError, match=message):
        compose(letter(), READER, replace(SENDER, **changed), NOW)


def test_a_date_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compose(letter(), READER, SENDER, datetime(2025, 6, 9))  # noqa: DTZ001


def test_a_mark_that_nothing_fills_is_refused() -> None:
    with pytest.raises(DeliveryError, match=r"a mark that nothing fills: \[\[greeting\]\]"):
        compose(letter(text="[[greeting]] [[unsubscribe]]"), READER, SENDER, NOW)


def test_marks_are_filled_where_there_is_something_to_say() -> None:
    source = "a<!--[[#b]]-->[[c]]<!--[[/b]]--><!--[[#d]]e[[/d]]-->"
    assert fill(source, {"b": True, "c": "&", "d": False}, lambda text: f"({text})") == "a(&)"
    assert fill(source, {"b": "", "c": "", "d": True}) == "ae"
    assert fill("[[#x]][[y]] [[/x]]", {"x": [{"y": "1"}, {"y": "2"}]}) == "1 2 "


def test_a_long_headline_in_chinese_is_encoded_in_short_words() -> None:
    headline = "中美经贸磋商机制首次会议在伦敦举行，稀土出口管制成为双方讨论的焦点" * 3
    message = compose(letter(subject=headline), READER, SENDER, NOW)
    lines = message.content.partition(b"\r\nSubject: ")[2].partition(b"\r\nList-")[0]
    assert all(len(word) <= 75 for word in lines.split())
    assert str(make_header(decode_header(lines.decode()))) == headline


def test_a_name_that_looks_encoded_stays_what_it_is() -> None:
    found = composed(Addressee("li@example.net", "=?utf-8?q?Boss?="), subject="=?utf-8?q?x?=")
    assert found["To"].addresses[0].display_name == "=?utf-8?q?Boss?="
    assert found["Subject"] == "=?utf-8?q?x?="


def test_many_readers_cost_no_more_memory_than_one() -> None:
    sent = letter(pdf=bytes(200_000))
    size = compose(sent, READER, SENDER, NOW).size
    tracemalloc.start()
    try:
        for number in range(200):
            compose(sent, Addressee(f"reader-{number}@example.net"), SENDER, NOW)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A message, the one before it, and a little: neither the PDF nor the texts are encoded again.
    assert peak < 2.5 * size
