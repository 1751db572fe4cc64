"""Certificates for servers on loopback: of an authority of our own, or of nobody's."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NOW = datetime.now(UTC)  # noqa: TID251 — certificates are checked against the clock.


def make_certificate(folder: Path, host: str = "localhost", *, days: int = 30) -> Path:
    """Write `server.pem` with its key, and the authority that signed it; return the authority."""
    authority, name = ec.generate_private_key(ec.SECP256R1()), _named("Test authority")
    ca = _built(name, name, authority.public_key(), days=30)
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    ca = ca.add_extension(_may_sign(), critical=True)
    ca = ca.add_extension(_key_of(authority), critical=False)
    own = ec.generate_private_key(ec.SECP256R1())
    alternatives: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    server = _built(_named(host), name, own.public_key(), days=days)
    server = server.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    # Python 3.13 takes no certificate that does not name the key it was signed with.
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    server = server.add_extension(signer, critical=False)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.sign(authority, hashes.SHA256()).public_bytes(pem))
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signed = server.sign(authority, hashes.SHA256()).public_bytes(pem)
    (folder / "server.key").write_bytes(key)
    (folder / "server.key").chmod(0o600)
    (folder / "server.pem").write_bytes(signed)
    return folder / "ca.pem"


def server_context(folder: Path) -> ssl.SSLContext:
    """Return the TLS side of a server with the certificate in a folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


def _may_sign() -> x509.KeyUsage:
    names = (
        "content_commitment",
        "crl_sign",
        "data_encipherment",
        "decipher_only",
        "digital_signature",
        "encipher_only",
        "key_agreement",
        "key_encipherment",
    )
    return x509.KeyUsage(key_cert_sign=True, **dict.fromkeys(names, False))


def _key_of(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _built(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int
) -> x509.CertificateBuilder:
    start, end = sorted((_NOW - timedelta(1), _NOW + timedelta(days)))
    start = min(start, end - timedelta(1))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
