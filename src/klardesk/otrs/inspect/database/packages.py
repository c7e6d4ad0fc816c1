"""The packages of a database, read from their files without running anything."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from klardesk.otrs.inspect.database.collect.rows import Row, Rows, word
from klardesk.otrs.inspect.database.scan import Scan
from klardesk.otrs.source.model import Value

_TAG = re.compile(r"<(Name|Version|Vendor|URL|License|BuildHost|BuildDate)\b[^>]*>([^<]*)</\1>")
_FILE = re.compile(r"<File\b[^>]*\bLocation\s*=\s*\"([^\"]+)\"")
_SECTION = re.compile(r"<(Database(?:Install|Upgrade|Reinstall|Uninstall))\b[^>]*>(.*?)</\1>", re.DOTALL)
_CODE = re.compile(r"<(Code(?:Install|Upgrade|Reinstall|Uninstall))\b[^>]*>(.*?)</\1>", re.DOTALL)
_TABLE = re.compile(r"<(TableCreate|TableAlter|TableDrop|Insert)\b[^>]*?\b(?:Name|NameOld|Table)\s*=\s*\"([^\"]+)\"")
_CREATED = re.compile(r"<TableCreate\b[^>]*\bName\s*=\s*\"([^\"]+)\"")
_ALTER = re.compile(r"<TableAlter\b[^>]*\bName\s*=\s*\"([^\"]+)\"[^>]*>(.*?)</TableAlter>", re.DOTALL)
_ADDED = re.compile(r"<Column(?:Add|Change)\b[^>]*\bName(?:New)?\s*=\s*\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Package:
    """What a package says of itself, and what it does when it is installed."""

    name: str
    version: str
    vendor: str
    url: str
    status: str
    files: tuple[str, ...]
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    sql: tuple[str, ...]
    """Such as `TableCreate faq_item`, in the order of the file."""
    runs_code: tuple[str, ...]
    code: str = field(repr=False)
    is_readable: bool = True


def packages(scan: Scan) -> list[Package]:
    """All packages that the database says are installed."""
    return [_package(row) for row in scan.found(Rows).of("package_repository")]


def tables_of_packages(scan: Scan) -> Mapping[str, str]:
    """Tables that installed packages make: table to package."""
    return {table: package.name for package in packages(scan) for table in sorted(package.tables)}


def _package(row: Row) -> Package:
    text = package_text(row.get("content"))
    about = {tag.lower(): value.strip() for tag, value in reversed(_TAG.findall(text))}
    code = "\n".join(body for _kind, body in _CODE.findall(text))
    sections = [body for kind, body in _SECTION.findall(text) if kind != "DatabaseUninstall"]
    columns = {
        (table.lower(), column.lower())
        for body in sections
        for table, inner in _ALTER.findall(body)
        for column in _ADDED.findall(inner)
    }
    return Package(
        name=word(row, "name") or about.get("name", ""),
        version=word(row, "version") or about.get("version", ""),
        vendor=word(row, "vendor") or about.get("vendor", ""),
        url=about.get("url", ""),
        status=word(row, "install_status"),
        files=tuple(dict.fromkeys(_FILE.findall(text))),
        tables=frozenset(name.lower() for body in sections for name in _CREATED.findall(body)),
        columns=frozenset(columns),
        sql=tuple(f"{verb} {table}" for body in sections for verb, table in _TABLE.findall(body)),
        runs_code=tuple(dict.fromkeys(kind for kind, _body in _CODE.findall(text))),
        code=code,
        is_readable="<otrs_package" in text or "<otobo_package" in text or "_package" in text[:400],
    )


def package_text(content: Value) -> str:
    """A package's file as text; PostgreSQL has it as base64."""
    if isinstance(content, str):
        try:
            content = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            return str(content)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
