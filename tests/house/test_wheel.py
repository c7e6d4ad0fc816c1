"""The wheel holds everything the desk needs: templates, styles, icons, migrations and the compiled catalogues."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.sources import PACKAGE, ROOT, files


def test_the_wheel_holds_the_whole_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("klardesk/")}
    expected = {str(path.relative_to(PACKAGE.parent)) for path in files() if path.is_relative_to(PACKAGE)}
    compiled = {path.removesuffix(".po") + ".mo" for path in expected if path.endswith(".po")}
    assert (expected | compiled) - inside == set()
    assert {name for name in inside if name.endswith((".pyc", ".draft"))} == set()
