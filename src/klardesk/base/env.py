"""Typed values from the environment. A wrong one stops the start with its name and the mend.

Every setting is declared once with `variable`; the documentation test reads the registry.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")


class WrongSetting(Exception):
    """An environment value that cannot be used; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One documented environment variable."""

    name: str
    help: str
    default: str


VARIABLES: dict[str, Variable] = {}


def variable(name: str, default: str, read: Callable[[str], T], help: str, *, secret: bool = False) -> T:  # noqa: A002
    """The value of environment variable `name`, read by `read`; raises WrongSetting if `read` raises ValueError.

    The value of a `secret` one is not repeated in the error.
    """
    VARIABLES[name] = Variable(name, help, default)
    raw = os.environ.get(name, "")
    text = raw if raw.strip() else default
    try:
        return read(text)
    except ValueError as error:
        found = "" if secret else f" It is set to {text!r}."
        raise WrongSetting(f"{name}: {error}.{found} {help}") from error


def boolean(text: str) -> bool:
    """`yes`/`no` in their usual spellings."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.strip().lower() not in known:
        raise ValueError("expected yes or no")
    return known[text.strip().lower()]


def integer(low: int, high: int) -> Callable[[str], int]:
    """A reader for whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        if not text.strip().lstrip("-").isdigit() or not low <= int(text) <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return int(text)

    return read


def words(text: str) -> list[str]:
    """Comma-separated words without blanks."""
    return [word.strip() for word in text.split(",") if word.strip()]


def one_of(*allowed: str) -> Callable[[str], str]:
    """A reader for one of a few words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return text

    return read


def time_zone(text: str) -> str:
    """The IANA name of a time zone that this machine knows."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError("expected the IANA name of a time zone, such as Europe/Berlin") from error
    return text


def web_address(text: str) -> str:
    """`http://` or `https://`, a host, perhaps a port; without the slash at the end. No path: the desk lives at the root."""
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ValueError("expected http:// or https:// and a host name, without a path")
    _port = parts.port  # raises ValueError if it is no port
    return text.rstrip("/")


def live_address(text: str) -> str:
    """The path `/live/`, a whole web address that ends so, or the empty text."""
    if text in {"", "/live/"}:
        return text
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path != "/live/" or parts.query:
        raise ValueError("expected /live/, or http:// or https:// with a host and the path /live/")
    return text


def host_of(address: str) -> str:
    """The host of a web address as a browser sends it, without the port; an IPv6 address in brackets."""
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host


def path(text: str) -> Path:
    """An absolute path; `~` is the home directory."""
    return Path(text).expanduser().resolve()


def smtp_url(text: str) -> str:
    """The address of a mail server, or the empty text."""
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname):
        raise ValueError("expected smtps://user:password@host:port, smtp+starttls://… or smtp://…")
    if text:
        parts.port  # noqa: B018 (raises ValueError for a port that is none)
    return text


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A database address taken apart: `sqlite:///FILE` or `postgresql://user:password@host:port/name?option=value`."""

    vendor: str
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()


def database_url(text: str) -> DatabaseUrl | None:
    """The parts of a database address, or None for the empty text (the embedded SQLite)."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme == "sqlite":
        return DatabaseUrl("sqlite", parts.path[1:] if parts.path.startswith("//") else parts.path)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("expected postgresql://user:password@host:port/name or sqlite:///file")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("the address names no database after the last slash")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return DatabaseUrl(
        "postgresql",
        name,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        host,
        str(options.pop("port", "") or parts.port or ""),
        tuple(options.items()),
    )
