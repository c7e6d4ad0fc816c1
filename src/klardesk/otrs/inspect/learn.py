"""Learn a release from its official archive: its hashes go into an owner's data file, which inspections then use."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klardesk.otrs.inspect.claims import archive_of, claims_of
from klardesk.otrs.inspect.code_text import code_hash, language_of
from klardesk.otrs.inspect.releases import AREAS, FORMAT, Releases, lines_of, version_numbers
from klardesk.otrs.inspect.signs import signs_in
from klardesk.otrs.source.home import Home, open_home
from klardesk.otrs.source.problems import CannotRead

FAMILIES = ("otrs", "znuny", "otobo", "centuran")
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: the release's name, how many files, and how many of them ARCHIVE confirmed."""

    family: str
    version: str
    files: int
    confirmed: int


def learn(
    archive: Path, target: Path, known: Releases, *, family: str = "", version: str = "", date: str = ""
) -> Learned:
    """Add the release in `archive` (a tar archive or its unpacked folder) to `target`.

    Raises CannotRead: no release in it, already known, its ARCHIVE does not fit its files, or family and version cannot be told.
    """
    home = open_home(archive)
    try:
        product, told = _declared(home)
        family, version = family or _family(product, told), version or told
        if not family or not version:
            raise CannotRead("learn-unnamed", path=str(archive))
        if known.named(family, version):
            raise CannotRead("learn-known", family=family, version=version)
        paths = [path for path in home.files if path.partition("/")[0] in AREAS]
        if len(paths) < FEWEST:
            raise CannotRead("no-installation", path=str(archive))
        confirmed = _confirmed(home, archive)
        head = {
            "r": 0, "family": family, "product": product or family, "vendor": "", "version": version, "date": date,
            "declares": [product, told] if told else [], "files": len(paths),
        }  # fmt: skip
        _append(target, head, [[path, [_content(home, path)]] for path in paths])
        return Learned(family, version, len(paths), confirmed)
    finally:
        home.close()


def _declared(home: Home) -> tuple[str, str]:
    claim = next((each for each in claims_of(home) if each.source == "RELEASE"), None)
    return (claim.product, claim.version) if claim else ("", "")


def _family(product: str, version: str) -> str:
    """By the product's name. From 6.0.31 on `OTRS` may be Znuny's or Centuran's, so that must be said."""
    name = product.lower()
    if name.startswith("otrs"):
        return "" if version_numbers(version) > (6, 0, 30) else "otrs"
    return name if name in FAMILIES else ""


def _confirmed(home: Home, archive: Path) -> int:
    """How many files ARCHIVE confirms. Raises CannotRead if it contradicts one."""
    listed = archive_of(home)
    if listed is None:
        return 0
    there = {path: md5 for path, (md5, _line) in listed.entries.items() if home.has(path)}
    wrong = sorted(path for path, md5 in there.items() if home.digest(path).md5 != md5)
    if wrong:
        raise CannotRead("learn-altered", path=str(archive), file=wrong[0], count=len(wrong))
    return len(there)


def _content(home: Home, path: str) -> list[Any]:
    found = home.digest(path)
    text = home.text(path)
    code = code_hash(path, text)
    signs = sorted({sign.id for sign in signs_in(path, text)}) if language_of(path, text) else []
    return [found.sha, found.md5, found.size, "0", found.lf if found.lf != found.sha else None, code or None, signs]


def _append(target: Path, head: dict[str, Any], rows: list[list[Any]]) -> None:
    """Write the file anew with the release behind those in it, and put it in the old one's place at once."""
    lines = lines_of(target) if target.exists() else []
    number = sum(1 for line in lines if line.startswith("{"))
    head["r"] = number
    for row in rows:
        row[1][0][3] = str(number)
    added = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in [head, *rows]]
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("w", encoding="utf-8") as stream:
            stream.write("\n".join([json.dumps({"format": FORMAT, "v": 1}), *lines, *added]) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
