"""State changes only in actions (design, rule 1): what shows, asks or decides never writes a row."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, name, python_files

READERS = {"pages", "portal", "api", "forms", "queries", "policy", "events", "cli", "tasks", "urls"}
WRITES = {"save", "delete", "bulk_create", "bulk_update", "create", "get_or_create", "update_or_create"}


def _is_reader(path: Path) -> bool:
    return bool(READERS & {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts[1:]})


def _writes(path: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    found = [call for call in calls if isinstance(call.func, ast.Attribute) and _writes_rows(call.func)]
    return [f"{name(path)}:{call.lineno}" for call in found]


def _writes_rows(call: ast.Attribute) -> bool:
    if call.attr in {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}:
        return True
    if ast.unparse(call.value) == "rows" and call.attr in {"insert", "insert_all", "insert_new", "update"}:
        return True
    return call.attr in WRITES | {"update"} and "objects" in ast.unparse(call.value)


@pytest.mark.parametrize("path", [path for path in python_files() if _is_reader(path)], ids=name)
def test_it_writes_no_row(path: Path) -> None:
    assert _writes(path) == [], "move this into the domain's actions"
