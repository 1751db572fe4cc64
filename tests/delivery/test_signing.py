"""DKIM: dkimpy, which shares no code with us, verifies what we sign and refuses what changed."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from reports.delivery import signing as signing_module
from reports.delivery.composing import Addressee, compose
from reports.delivery.letters import Dkim, Sender
from reports.errors import DeliveryError
from tests.delivery.letters import NOW, SENDER, letter

READER = Addressee("li.ming@example.net", "李明")
VERIFY = """
import json, sys, dkim
told = json.load(sys.stdin)
record = told["record"].encode()
names = []
def record_of(name, timeout=5):
    names.append(name.decode())
    return record
answers = [dkim.verify(each.encode("latin-1"), dnsfunc=record_of) for each in told["messages"]]
print(json.dumps([answers, names]))
"""
Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@cache
def key(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ed25519.Ed25519PrivateKey.generate()


def pem(private: Key) -> bytes:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return private.private_bytes(encoding, form, serialization.NoEncryption())


def record(private: Key) -> str:
    """Return what the name server says of a key."""
    public = private.public_key()
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    content = public.public_bytes(encoding, form)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(content[-32:]).decode()}"
    return f"v=DKIM1; k=rsa; p={base64.b64encode(content).decode()}"


def signing(kind: str) -> Sender:
    return replace(SENDER, dkim=Dkim("example.org", "june", pem(key(kind))))


@cache
def verifier() -> str:
    """Return a Python that has dkimpy: it is packaged for systems, and has no wheel."""
    for python in (sys.executable, shutil.which("python3", path="/usr/bin:/bin") or ""):
        command = [python, "-c", "import dkim, nacl.signing"]
        if python and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return python
    return ""


def verified(*messages: bytes, record: str) -> tuple[list[bool], list[str]]:
    if not verifier():
        pytest.skip("dkimpy is not installed (python3-dkim)")
    told = json.dumps({"record": record, "messages": [each.decode("latin-1") for each in messages]})
    command = [verifier(), "-c", VERIFY]
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=True)
    answers, names = json.loads(done.stdout)
    return answers, names


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_signed_message_verifies_and_a_changed_one_does_not(kind: str) -> None:
    message = compose(letter(), READER, signing(kind), NOW).content
    folded = message.replace(b"Subject: London talks", b"Subject:  London\r\n talks")
    changed = [
        message.replace(b"London talks", b"London walks"),
        message.replace(b"leave?token=3D", b"leave?token=3E"),
        message.replace(b"<li.ming@", b"<li.wing@"),
        message.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        message.replace(b"From: ", b"From: Boss <boss@example.org>\r\nFrom: "),
        message + b"more\r\n",
    ]
    assert message not in changed
    answers, names = verified(message, folded, *changed, record=record(key(kind)))
    assert answers == [True, True, *[False] * len(changed)]
    assert {*names} == {"june._domainkey.example.org."}


def test_a_signed_message_has_the_same_bytes_each_time() -> None:
    one, other = (compose(letter(), READER, signing("rsa"), NOW) for _ in range(2))
    assert one == other
    assert one.size == len(one.content)
    head = one.content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) < 998
    assert f" t={int(NOW.timestamp())};".encode() in head


def test_a_key_is_shown_nowhere_and_its_name_is_that_of_a_domain() -> None:
    dkim = Dkim("example.org", "june", pem(key("rsa")))
    assert "PRIVATE" not in repr(replace(SENDER, dkim=dkim))
    spaced = replace(SENDER, dkim=replace(dkim, selector="a b"))
    with pytest.raises(DeliveryError, match="no name that a DKIM key can have"):
        compose(letter(), READER, spaced, NOW)


def test_a_key_that_is_none_is_refused() -> None:
    sender = replace(SENDER, dkim=Dkim("example.org", "june", b"no key"))
    with pytest.raises(DeliveryError, match=r"the DKIM key of example\.org cannot be read"):
        compose(letter(), READER, sender, NOW)


def test_a_key_that_is_too_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_module, "_LEAST_BITS", 4096)
    sender = replace(SENDER, dkim=Dkim("example.org", "short", pem(key("rsa"))))
    with pytest.raises(DeliveryError, match="is of a kind that no reader accepts") as caught:
        compose(letter(), READER, sender, NOW)
    assert "at least 4096 bits" in caught.value.hint


def test_a_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    curve = ec.generate_private_key(ec.SECP256R1())
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    content = curve.private_bytes(encoding, form, serialization.NoEncryption())
    sender = replace(SENDER, dkim=Dkim("example.org", "june", content))
    with pytest.raises(DeliveryError, match="is of a kind that no reader accepts"):
        compose(letter(), READER, sender, NOW)


def test_without_the_library_it_is_said_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender = replace(SENDER, dkim=Dkim("example.org", "other", pem(key("ed25519"))))
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(DeliveryError, match="cryptography is not installed") as caught:
        compose(letter(), READER, sender, NOW)
    assert caught.value.hint == "pip install 'trade-reports[dkim]'"
    assert compose(letter(), READER, SENDER, NOW).content
