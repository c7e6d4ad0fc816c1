"""Attack vectors of other projects: is what the cleaning gives inert?"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from klardesk.base.html import clean, present
from tests.oracles.cases import Unreadable, read_cases
from tests.oracles.result import Result


def run(folder: Path) -> Result:
    """Clean every case of `folder`/sanitise/cases.jsonl, and show it without and with pictures from the net."""
    findings = _checker(folder / "sanitise" / "check_active.py")
    passed, opinion, failures = 0, 0, []
    for case in read_cases(folder / "sanitise" / "cases.jsonl", "id", "status", "input"):
        if "fact" not in case["status"] or not isinstance(case["input"], str):
            opinion += 1
        elif trouble := _trouble(case, findings):
            failures.append(f"{case['id']}: {trouble}")
        else:
            passed += 1
    return Result("sanitise", passed, len(failures), opinion, failures)


def _trouble(case: dict[str, Any], findings: Callable[[str], set[str]]) -> str:
    cleaned = clean(case["input"])
    for remote_images in (False, True):
        if active := findings(present(cleaned, remote_images=remote_images)):
            return f"active content {sorted(active)} is left"
    if clean(cleaned) != cleaned:
        return "cleaning twice gives something else than cleaning once"
    return ""


def _checker(path: Path) -> Callable[[str], set[str]]:
    if not path.is_file():
        raise Unreadable(f"{path} is absent")
    spec = importlib.util.spec_from_file_location("check_active", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[str], set[str]] = module.findings
    return found
