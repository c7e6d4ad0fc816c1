"""Make the product's data about the family's schemas from the facts in ../shared/otrs: `tools/otrs_schemas.py FACTS`.

What is taken over are names, types, keys and classes. The product's sentences are its own.
"""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "src" / "klardesk" / "otrs" / "data" / "schemas.json.xz"
PRODUCTS = {"OTRS": "otrs", "OTRS-CE-Centuran": "centuran", "Znuny": "znuny", "OTOBO": "otobo"}


def column(facts: dict[str, Any]) -> list[Any]:
    """Name, type on MySQL, type on PostgreSQL, nullable, default, numbered by the engine."""
    number = facts["postgresql"].removesuffix("serial")
    numbered = {"": "integer", "big": "bigint", "small": "smallint"}
    postgres = numbered[number] if facts["postgresql"].endswith("serial") else facts["postgresql"]
    return [facts["name"], facts["mysql"], postgres, facts["nullable"], facts["default"], facts["auto_increment"]]


def bare(columns: list[str]) -> list[str]:
    """An index's columns without the lengths of their prefixes."""
    return [name.partition("(")[0] for name in columns]


def table(facts: dict[str, Any]) -> dict[str, Any]:
    """A table's columns and keys."""
    return {
        "columns": [column(each) for each in facts["columns"]],
        "key": facts["primary_key"],
        "uniques": sorted(bare(each) for each in facts["uniques"].values()),
        "indexes": sorted(bare(each) for each in facts["indexes"].values()),
        "foreign": [[key["column"], key["ref_table"], key["ref_column"]] for key in facts["foreign_keys"]],
    }


def main() -> int:
    """Write the file."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    facts = Path(sys.argv[1])
    schemas = json.loads(lzma.decompress((facts / "schemas.json.xz").read_bytes()))
    classes = json.loads((facts / "table-map.json").read_text())["tables"]
    releases = [
        {
            "product": PRODUCTS[product],
            "version": version,
            "tables": {name: table(each) for name, each in schema["tables"].items()},
        }
        for product, versions in schemas.items()
        if product in PRODUCTS
        for version, schema in versions.items()
    ]
    data = {
        "format": "klardesk-otrs-schemas",
        "v": 1,
        "releases": releases,
        "classes": {name: each["class"] for name, each in sorted(classes.items())},
    }
    content = json.dumps(data, separators=(",", ":"), sort_keys=True).encode()
    TARGET.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(releases)} schemas, {len(content)} bytes, {TARGET.stat().st_size} packed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
