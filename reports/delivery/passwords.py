"""Passwords: from the environment or the keyring of the system, never from the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reports.delivery.settings import Server
from reports.errors import UsageError

SERVICE = "trade-reports"
"""The name under which the keyring has the passwords."""


def with_password(server: Server, variable: str, environment: Mapping[str, str]) -> Server:
    """Return a server with the password of its user; raise UsageError where there is none."""
    if not server.user:
        return server
    password = environment.get(variable) or _from_keyring(server.user)
    if not password:
        hint = f"set {variable}, or run `keyring set {SERVICE} {server.user}`"
        raise UsageError(f"there is no password for {server.user} at {server.host}", hint)
    if not password.isprintable():
        raise UsageError(f"{variable} holds more than a line", "set it to the password alone")
    if not (server.user + password).isascii():
        message = f"user or password of {server.user} at {server.host} has letters beyond ASCII"
        raise UsageError(message, "mail servers take no others in a log-in; choose another one")
    return replace(server, password=password)


def _from_keyring(user: str) -> str:
    """Return the password that the keyring has; empty where there is none, or no keyring."""
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return ""  # An extra: the environment serves as well.
    try:
        return keyring.get_password(SERVICE, user) or ""
    except NoKeyringError:
        return ""  # A server seldom has one.
    except KeyringError as error:
        hint = "unlock it, or give the password in the environment"
        raise UsageError(f"the keyring cannot be read: {error}", hint) from error
