"""The address of a database server, taken apart; shown without its password."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from klardesk.otrs.source.problems import CannotRead

PORTS = {"mysql": 3306, "mariadb": 3306, "postgresql": 5432, "postgres": 5432}


@dataclass(frozen=True, slots=True)
class Address:
    """`scheme://user:password@host:port/name?option=value`; `shown` is what may be printed."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    name: str
    options: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """The address without password and options."""
        return f"{self.scheme}://{self.user}@{self.host}:{self.port}/{self.name}"


def parse(url: str) -> Address:
    """Raises CannotRead (which never holds the password) if it is no address of a database that can be read."""
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError:
        raise CannotRead("db-address") from None
    name = unquote(parts.path.lstrip("/"))
    if scheme not in PORTS or not name:
        raise CannotRead("db-address")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(scheme, parts.hostname or "localhost", port or PORTS[scheme], user, password, name, options)
