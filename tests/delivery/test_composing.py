"""The message of a reader: what its headers and parts say, and what no header may hold."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from reports.delivery.composing import Addressee, Message, compose
from reports.errors import DeliveryError
from tests.delivery.letters import NOW, SENDER, letter

READER = Addressee("li.ming@example.net", "李明")


def read(message: Message) -> EmailMessage:
    found = message_from_bytes(message.content, policy=default)
    assert isinstance(found, EmailMessage)
    assert not [part.defects for part in found.walk() if part.defects]
    return found


def test_a_reader_gets_text_html_pictures_and_the_pdf() -> None:
    sent = letter()
    message = compose(sent, READER, SENDER, NOW)
    found = read(message)
    kinds = [part.get_content_type() for part in found.walk()]
    assert kinds == [
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
    assert attached.get_filename() == "briefing-2025-06-09.pdf"
    picture = next(part for part in found.walk() if part.get_content_type() == "image/png")
    assert picture.get_content() == sent.images["exports.png"]
    html = found.get_body(("html",))
    assert html is not None
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in html.get_content()
    assert found["To"] == "李明 <li.ming@example.net>"
    assert found["Subject"] == "London talks open"
    assert found["Message-ID"] == message.message_id
    assert message.size == len(message.content)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\nBcc: x@y.example",
        "a b@c.example",
        '"a"@b.example',
        "a@b@c",
        "",
        "李@b.example",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(DeliveryError, match="is no address that a reader can have"):
        compose(letter(), Addressee(address), SENDER, NOW)
