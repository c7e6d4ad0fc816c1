"""Packages (`.opm`) read without running them: who made them, their files, what they do to the database, which code they run."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
import xml.etree.ElementTree as ET  # documents with a DTD are refused before
from dataclasses import dataclass

from klardesk.otrs.source.problems import CannotRead

_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DATABASE = ("DatabaseInstall", "DatabaseUpgrade", "DatabaseReinstall", "DatabaseUninstall")
_CODE = ("CodeInstall", "CodeUpgrade", "CodeReinstall", "CodeUninstall", "IntroInstall", "IntroUpgrade")


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file that a package brings. `outside` if its path leads out of the home."""

    path: str
    permission: str
    content: bytes
    outside: bool


@dataclass(frozen=True, slots=True)
class Package:
    """`database` are the steps as words, such as `TableCreate x`; `code` the code it runs, by phase."""

    name: str
    version: str
    vendor: str
    url: str
    license: str
    frameworks: tuple[str, ...]
    files: tuple[PackageFile, ...]
    database: tuple[tuple[str, str], ...]
    code: tuple[tuple[str, str], ...]


def read_opm(content: bytes, path: str) -> Package:
    """Read a package. Raises CannotRead(`no-package`) if it is none, or has a DTD, which none needs."""
    if _DTD.search(content):
        raise CannotRead("no-package", path=path, error="DTD")
    try:
        root = ET.fromstring(content)  # noqa: S314 (no DTD)
    except (ET.ParseError, ValueError) as error:
        raise CannotRead("no-package", path=path, error=str(error)) from error
    if root.tag not in {"otrs_package", "otobo_package", "znuny_package"} and not root.tag.endswith("_package"):
        raise CannotRead("no-package", path=path, error=f"<{root.tag}>")
    return Package(
        name=_text(root, "Name"),
        version=_text(root, "Version"),
        vendor=_text(root, "Vendor"),
        url=_text(root, "URL"),
        license=_text(root, "License"),
        frameworks=tuple(_plain(each.text) for each in root.findall("Framework")),
        files=tuple(_file(each) for each in root.findall("Filelist/File")),
        database=tuple((phase, step) for phase in _DATABASE for each in root.findall(phase) for step in _steps(each)),
        code=tuple(
            (phase, each.text or "") for phase in _CODE for each in root.findall(phase) if (each.text or "").strip()
        ),
    )


def _text(root: ET.Element, name: str) -> str:
    return _plain(root.findtext(name))


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())[:200]


def _file(element: ET.Element) -> PackageFile:
    location = element.get("Location", "")
    path = posixpath.normpath(location)
    outside = location.startswith("/") or path.startswith("..")
    try:
        content = (
            base64.b64decode(element.text or "")
            if element.get("Encode", "Base64") == "Base64"
            else (element.text or "").encode()
        )
    except (binascii.Error, ValueError):
        content = b""
    return PackageFile(path, element.get("Permission", ""), content, outside)


def _steps(element: ET.Element) -> list[str]:
    """`TableCreate name`, `TableAlter name`, `Insert name` and so on; whatever is there else, by its tag."""
    return [
        f"{each.tag} {each.get('Name') or each.get('Table') or each.get('NameOld') or ''}".strip() for each in element
    ]
