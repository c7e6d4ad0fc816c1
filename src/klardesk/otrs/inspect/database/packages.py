"""The packages that a database says are installed, read from their files in it without running anything."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from klardesk.otrs.inspect.database.collect.rows import Row, Rows, word
from klardesk.otrs.inspect.database.scan import Scan
from klardesk.otrs.source.model import Value
from klardesk.otrs.source.opm import Package, read_opm
from klardesk.otrs.source.problems import CannotRead


@dataclass(frozen=True, slots=True)
class Installed:
    """A row of the package list, and the package itself, if its file can be read."""

    name: str
    version: str
    vendor: str
    status: str
    row: str
    package: Package | None

    @property
    def tables(self) -> frozenset[str]:
        """The tables that it makes when it is installed or updated."""
        steps = self.package.database if self.package else ()
        made = [
            step.partition(" ")[2]
            for phase, step in steps
            if step.startswith("TableCreate ") and "Uninstall" not in phase
        ]
        return frozenset(name.lower() for name in made)


def installed(scan: Scan) -> list[Installed]:
    """All of them, in the order of the list."""
    return [_installed(row) for row in scan.found(Rows).of("package_repository")]


def tables_of_packages(scan: Scan) -> Mapping[str, str]:
    """Tables that installed packages make: table to package."""
    return {table: each.name for each in installed(scan) for table in sorted(each.tables)}


def _installed(row: Row) -> Installed:
    content = package_bytes(row.get("content"))
    name = word(row, "name")
    try:
        package = read_opm(content, name) if content else None
    except CannotRead:
        package = None
    return Installed(
        name, word(row, "version"), word(row, "vendor"), word(row, "install_status"), word(row, "id"), package
    )


def package_bytes(content: Value) -> bytes:
    """A package's file; PostgreSQL has it as base64."""
    if isinstance(content, bytes):
        return content
    text = str(content or "")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "surrogateescape")
