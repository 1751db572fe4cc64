"""DKIM (RFC 6376, with Ed25519 as in RFC 8463): a message shows that its domain stands for it.

The signature is a function of message, key and date, so that a message has the same bytes each
time. Headers are signed relaxed, for servers fold them anew; the body as it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from reports.delivery.headers import label_of
from reports.delivery.letters import Dkim
from reports.errors import DeliveryError

SIGNED = (
    *("from", "from", "to", "subject", "date", "message-id", "list-id", "list-unsubscribe"),
    *("list-unsubscribe-post", "mime-version", "content-type"),
)
"""`from` twice: a second one, added on the way, would break the signature."""
_LEAST_BITS = 1024
_UNFOLD = re.compile(rb"\r\n(?=[ \t])")
_SPACES = re.compile(rb"[ \t]+")

Sign = Callable[[bytes], bytes]


def signature(headers: bytes, body: bytes, dkim: Dkim, date: datetime) -> bytes:
    """Return the signature of a message as a header with its line end.

    `headers` end each with a line end; the body ends with exactly one. Raise DeliveryError where
    there is no library to sign with or the key is none.
    """
    algorithm, sign = _signer(dkim)
    found = _canonical(headers)
    names = [name for name in SIGNED if name.encode() in found]
    body_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
    value = (
        f"v=1; a={algorithm}; c=relaxed/simple; d={dkim.domain}; s={dkim.selector};\r\n"
        f" t={int(date.timestamp())}; h={':'.join(names)};\r\n bh={body_hash};\r\n b="
    )
    unsigned = _canonical(f"DKIM-Signature: {value}\r\n".encode())[b"dkim-signature"]
    # Each name takes the next header of its kind from below; there is one, so the second is none.
    lines = [found[name.encode()] for name in dict.fromkeys(names)]
    signed = base64.b64encode(sign(b"".join(lines) + unsigned.removesuffix(b"\r\n"))).decode()
    folded = "\r\n ".join(signed[at : at + 72] for at in range(0, len(signed), 72))
    return f"DKIM-Signature: {value}{folded}\r\n".encode()


def _canonical(headers: bytes) -> dict[bytes, bytes]:
    """Return each header, relaxed, by its name in small letters."""
    found = {}
    for line in _UNFOLD.sub(b"", headers).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            small = name.strip().lower()
            found[small] = small + b":" + _SPACES.sub(b" ", value).strip() + b"\r\n"
    return found


@lru_cache(maxsize=4)
def _signer(dkim: Dkim) -> tuple[str, Sign]:
    """Return the algorithm of a key and what signs with it."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        message = "messages cannot be signed: the package cryptography is not installed"
        raise DeliveryError(message, "pip install 'trade-reports[dkim]'") from error
    label_of(f"{dkim.selector}.{dkim.domain}", "a DKIM key")
    try:
        key = load_pem_private_key(dkim.key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        hint = "it is a private key in PEM without a password, RSA or Ed25519"
        raise DeliveryError(f"the DKIM key of {dkim.domain} cannot be read", hint) from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_BITS:
        rsa_key, sha = key, hashes.SHA256()
        return "rsa-sha256", lambda content: rsa_key.sign(content, padding.PKCS1v15(), sha)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        curve_key = key
        digest = hashlib.sha256
        return "ed25519-sha256", lambda content: curve_key.sign(digest(content).digest())
    hint = f"it is of RSA with at least {_LEAST_BITS} bits, or of Ed25519"
    raise DeliveryError(f"the DKIM key of {dkim.domain} is of a kind that no reader accepts", hint)
