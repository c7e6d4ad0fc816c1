"""Make the product's data about the OTRS family from the facts in ../shared/otrs: `tools/otrs_data.py FACTS [TARGET]`.

What is taken over are facts (hashes, versions, dates, identifiers, names and values of settings); sentences are the product's
own, in `klardesk.otrs.inspect.catalogue`. What an advisory is about becomes one of a few effects, told by the words of its title.
"""

# ruff: noqa: E501 (the tables below)

from __future__ import annotations

import json
import lzma
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "src" / "klardesk" / "otrs" / "data"
RELEASE_KEYS = ("r", "family", "product", "vendor", "version", "date", "declares", "files")
ADVISORY_KEYS = (
    "id",
    "cve",
    "affected",
    "cvss",
    "severity",
    "published",
    "source",
    "confidence",
    "fix_files",
    "kind",
    "evidence",
)
SETTING_KEYS = (
    "name",
    "category",
    "severity",
    "weak_when",
    "defaults",
    "active",
    "known_in",
    "where",
    "default_is_weak",
)

EFFECTS = (
    ("library", r"^old j|^bundled"),
    ("sql", r"sql injection|sql box"),
    ("code", r"runs own code|shell commands|^commands |runs? perl|runs code|is run by|code execution|runs commands|call programs"),
    ("stall", r"endless|for ever|stalls|without limits|exhausts"),
    ("secrets", r"password|secrets|private keys|session id|bundle|session theft|tokens|httponly|auto-completion|predictable|same file name"),
    ("script", r"script|html filter|tags pass"),
    ("remote", r"foreign pictures|open redirect|wrong type"),
    ("rights", r"admin rights|own rights|login name|header problem|arbitrary keys|wrong roles|in that name|forged|stays valid|stay open|level only"),
    ("write", r"deletes|changes tickets|loses|without check|writes to"),
    ("transport", r"certificate"),
    ("read", r"reveals?|reads files|visible|without permission|shows|lists|injects"),
)  # fmt: skip
OVERRIDES = {
    "OSA-2020-09": "rights", "OSA-2021-18": "read", "OSA-2022-09": "read", "ZSA-2024-01": "code", "CVE-2026-78355": "read",
    "OSA-2018-02": "script", "ZSA-2025-02": "write", "CVE-2026-6060": "stall", "OSA-2017-06": "secrets", "CENTURAN-2024-12": "script",
    "OSA-2023-02": "code", "ZSA-2026-01": "script", "OTOBO-3440": "rights",
}  # fmt: skip


def effect(advisory: dict[str, Any]) -> str:
    """What somebody can do by this hole."""
    title = advisory["title"].lower()
    return OVERRIDES.get(advisory["id"]) or next((name for name, words in EFFECTS if re.search(words, title)), "other")


def releases(facts: Path, target: Path) -> int:
    """The hashes, with the columns the product uses; returns how many releases."""
    with lzma.open(facts / "releases.jsonl.xz", "rt", encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    head = {"format": "klardesk-otrs-releases", "v": 1}
    out, count = [json.dumps(head)], 0
    for line in lines[1:]:
        record = json.loads(line)
        if isinstance(record, dict):
            record = {key: record[key] for key in RELEASE_KEYS}
            count += 1
        out.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    content = ("\n".join(out) + "\n").encode()
    target.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    return count


def advisories(facts: Path, target: Path) -> int:
    """The advisories without their sentences."""
    known = json.loads((facts / "advisories.json").read_text("utf-8"))["advisories"]
    rows = [{key: each[key] for key in ADVISORY_KEYS if each.get(key)} | {"effect": effect(each)} for each in known]
    _write(target, {"format": "klardesk-otrs-advisories", "v": 1, "advisories": rows})
    return len(rows)


def settings(facts: Path, target: Path) -> int:
    """The rules about settings without their sentences."""
    known = json.loads((facts / "config-security.json").read_text("utf-8"))["settings"]
    rows = [{key: each[key] for key in SETTING_KEYS if each.get(key) is not None} for each in known]
    _write(target, {"format": "klardesk-otrs-settings", "v": 1, "settings": rows})
    return len(rows)


def _write(target: Path, value: dict[str, Any]) -> None:
    """One row in a line, so that a change of the facts can be read."""
    (rows_name,) = [name for name, rows in value.items() if isinstance(rows, list)]
    head = json.dumps({name: each for name, each in value.items() if name != rows_name})[:-1]
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value[rows_name])
    target.write_text(f'{head}, "{rows_name}": [\n{rows}\n]}}\n', "utf-8")


def main(words: list[str]) -> int:
    """Make all three files."""
    if not 1 <= len(words) <= 2:
        print(__doc__)
        return 2
    facts, target = Path(words[0]), Path(words[1]) if len(words) == 2 else TARGET
    target.mkdir(parents=True, exist_ok=True)
    print(releases(facts, target / "releases.jsonl.xz"), "releases")
    print(advisories(facts, target / "advisories.json"), "advisories")
    print(settings(facts, target / "settings.json"), "settings")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
