"""What lies behind a link out of the home, or cannot be read, is not missing; nothing it says steers a terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

from klardesk.otrs.inspect.report.values import as_json, values_of
from tests.otrs import homes


def test_a_folder_behind_a_link_out_of_the_home_is_not_missing(tmp_path: Path, data: Path) -> None:
    home = homes.unpack(tmp_path / "home", homes.installed())
    for folder in ("var/httpd", "Kernel/Modules", "Kernel/Language"):
        shutil.move(home / folder, tmp_path / folder.replace("/", "-"))
        (home / folder).symlink_to(tmp_path / folder.replace("/", "-"))
    made = homes.look(home, data)
    assert made.verdict is not None
    assert (made.verdict.kind, made.verdict.missing) == ("is", 0)
    assert [finding.code for finding in made.findings if finding.code.startswith("files.missing")] == []
    assert {skipped.what for skipped in made.skipped if skipped.code != "no-database"} == {
        "var/httpd",
        "Kernel/Modules",
        "Kernel/Language",
    }


def test_what_an_installation_says_cannot_steer_a_terminal(tmp_path: Path, data: Path) -> None:
    files = homes.installed()
    files["RELEASE"] = b"PRODUCT = Znuny\x1b[2J\nVERSION = 7\x07.0.1\n"
    files["var/cron/own"] = b"* * * * * /bin/\x1b[31mx\n"
    made = homes.look(homes.unpack(tmp_path / "home", files), data)
    assert {"release.claim", "outgoing.cron"} <= {finding.code for finding in made.findings}
    text = as_json(values_of(made, "en"))
    assert [each for each in ("\\u001b", "\\u0007", "\x1b") if each in text] == []
