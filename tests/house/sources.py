"""The tree as the house tests read it: every text that is, or is about to be, under version control."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "klardesk"


@cache
def files() -> tuple[Path, ...]:
    """All files of the repository, without what .gitignore names; from the tree itself where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        found = [path for folder in ("src", "tests", "docs", "tools") for path in (ROOT / folder).rglob("*")]
        return tuple(sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts))
    return tuple(sorted(path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()))


def python_files() -> list[Path]:
    """The product's own modules, without migrations."""
    own = [path for path in files() if path.suffix == ".py" and path.is_relative_to(PACKAGE)]
    return [path for path in own if "migrations" not in path.parts]


def name(path: Path) -> str:
    """How a failing test calls a file."""
    return str(path.relative_to(ROOT))
