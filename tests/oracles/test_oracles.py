"""The oracles as tests: what other projects hold for a fact must hold here. Skipped by name where they are absent."""

from __future__ import annotations

import pytest

from tests.oracles.__main__ import main
from tests.oracles.registry import NAMES, folder, load

pytestmark = pytest.mark.oracles
WITHOUT_DATABASE = ("mail", "sanitise")


@pytest.mark.parametrize("name", [name for name in NAMES if name in WITHOUT_DATABASE])
def test_oracle(name):
    if not (folder() / name).is_dir():
        pytest.skip("../shared/oracles is absent")
    result = load(name).run(folder())
    assert result.passed
    assert result.failures == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"), ("", "there is no case"), ("{broken\n", "line 1 is no JSON"), ("[]\n", "line 1 has no keys"),
        ('\n{"id": "a"}\n', "line 2 has no expect"),
        ('{"id": "a", "file": "raw/none.eml", "expect": {}}\n', "none.eml cannot be read"),
    ],
)  # fmt: skip
def test_cases_that_are_not_of_the_form_are_told_by_file_and_line(monkeypatch, tmp_path, capsys, content, told):
    (tmp_path / "mail").mkdir()
    if content is not None:
        (tmp_path / "mail" / "cases.jsonl").write_text(content)
    monkeypatch.setenv("KLARDESK_ORACLES", str(tmp_path))
    assert main(["mail"]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert str(tmp_path) in said.err
    assert said.out == ""


def test_any_folder_of_the_form_is_read(monkeypatch, tmp_path, capsys):
    (tmp_path / "mail").mkdir()
    case = '{"id": "a", "raw_latin1": "Subject: x\\n\\ny", "expect": {"subject": {"value": "%s", "status": "fact"}}}\n'
    (tmp_path / "mail" / "cases.jsonl").write_text(case % "x" + case % "z")
    monkeypatch.setenv("KLARDESK_ORACLES", str(tmp_path))
    assert main(["mail"]) == 1
    assert capsys.readouterr().out == "mail: 1 passed, 1 failed, 0 opinion\n"


def test_absent_cases_are_told_apart_from_failures(monkeypatch, tmp_path):
    monkeypatch.setenv("KLARDESK_ORACLES", str(tmp_path / "nowhere"))
    assert main(["mail"]) == 2
