"""`klardesk inspect` as a person calls it: without settings, exit codes, what is printed, files, signature, bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from klardesk.otrs import cli
from tests.otrs import homes

AT = ["--at", "2026-05-04T12:00Z"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = homes.unpack(tmp_path / "home", homes.installed())
    (made / "Kernel" / "Config.pm").chmod(0o640)
    return made


def test_an_untouched_home_ends_with_0(home: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(home), "--data", str(data), "--lang", "en", *AT]) == 0
    printed = capsys.readouterr()
    assert f"By its files it is Znuny {homes.VERSION}" in printed.out
    assert printed.err == ""


def test_a_finding_of_level_high_ends_with_1(home: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "var" / "httpd" / "htdocs" / "x.php").write_text("x")
    assert cli.main([str(home), "--data", str(data), "--lang", "de", *AT]) == 1
    assert "[hoch] var/httpd/htdocs/x.php liegt, wo jeder sie aufrufen kann" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "said"),
    [("none", "does not exist"), ("empty", "too few of its files are known"), ("text", "is no tar archive")],
)
def test_what_cannot_be_inspected_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: str, said: str
) -> None:
    path = tmp_path / "x"
    if make == "empty":
        path.mkdir()
    elif make == "text":
        path.write_text("no archive")
    assert cli.main([str(path), "--lang", "en"]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_nothing_to_inspect_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 2
    assert "PATH" in capsys.readouterr().err


def test_all_files_of_the_report_are_written_and_the_same_again(home: Path, data: Path, tmp_path: Path) -> None:
    for folder in ("first", "second"):
        cli.main([str(home), "--data", str(data), "--out", str(tmp_path / folder), *AT])
    names = ["inspection.html", "inspection.json", "inspection.sarif"]
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == names
    assert [(tmp_path / "first" / name).read_bytes() for name in names] == [
        (tmp_path / "second" / name).read_bytes() for name in names
    ]


def test_json_is_all_that_is_printed(home: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([str(home), "--data", str(data), "--json", *AT])
    values = json.loads(capsys.readouterr().out)
    assert values["facts"]["files.version"] == homes.VERSION
    assert values["at"] == "2026-05-04T12:00:00Z"


def test_a_folder_that_cannot_be_written_is_said(
    home: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert cli.main([str(home), "--data", str(data), "--out", str(tmp_path / "file"), "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_it_is_signed_with_the_installations_key_if_there_is_one(
    home: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from klardesk.ledger import keys

    report = tmp_path / "out" / "inspection.json"
    cli.main([str(home), "--data", str(data), "--out", str(tmp_path / "out"), "--lang", "en", *AT])
    if not (Path(os.environ["KLARDESK_DATA"]) / "keys" / "seal.key").exists():
        assert cli.main(["verify", str(report)]) == 1
    key = keys.ensure_key()
    cli.main([str(home), "--data", str(data), "--out", str(tmp_path / "out"), "--lang", "en", *AT])
    capsys.readouterr()
    assert cli.main(["verify", str(report), "--key", key]) == 0
    assert key in capsys.readouterr().out
    assert cli.main(["verify", str(report), "--key", "00" * 32]) == 1
    report.write_text(report.read_text("utf-8").replace(homes.VERSION, "77.1.9"), "utf-8")
    assert cli.main(["verify", str(report)]) == 1
    assert cli.main(["verify", str(tmp_path / "none")]) == 2


def _alone(words: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process without any setting of the desk, in a folder that nobody may write."""
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KLARDESK", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "klardesk", "inspect", *words], cwd=empty, env={**environment, "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_needs_no_settings_and_leaves_nothing_behind(home: Path, data: Path, tmp_path: Path) -> None:
    done = _alone([str(home), "--data", str(data), *AT], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "By its files it is Znuny" in done.stdout
    assert list((tmp_path / "empty").iterdir()) == []


def test_learning_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    files = homes.release()
    archive = homes.pack(tmp_path / "x.tar.gz", {**files, **homes.beside(files)})
    assert cli.main(["learn", str(archive)]) == 0
    assert f"znuny {homes.VERSION}" in capsys.readouterr().out
    assert cli.main(["learn", str(archive)]) == 2
    assert "is known already" in capsys.readouterr().err
    assert cli.main([str(home), "--lang", "en", *AT]) == 0
