"""A release is learned from its official archive, and known from then on; what is not official, or known, is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from klardesk.otrs.inspect.learn import learn
from klardesk.otrs.inspect.releases import load
from klardesk.otrs.source.problems import CannotRead
from tests.otrs import homes


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    files = homes.release()
    return homes.pack(tmp_path / "x.tar.gz", {**files, **homes.beside(files)})


def test_a_learned_release_is_told(tmp_path: Path, archive: Path) -> None:
    data = tmp_path / "data" / "own.jsonl"
    learned = learn(archive, data, load())
    assert (learned.family, learned.version) == ("znuny", homes.VERSION)
    assert learned.confirmed == learned.files == len(homes.release())
    verdict = homes.look(homes.unpack(tmp_path / "home", homes.installed()), data).verdict
    assert verdict is not None
    assert (verdict.kind, verdict.release.name) == ("is", f"Znuny {homes.VERSION}")


def test_two_can_be_learned_and_are_told_apart(data: Path, tmp_path: Path) -> None:
    verdict = homes.look(homes.unpack(tmp_path / "home", homes.installed(homes.OLDER)), data).verdict
    assert verdict is not None
    assert verdict.release.version == homes.OLDER
    assert verdict.runner_up is not None
    assert verdict.runner_up.version == homes.VERSION


def test_a_known_one_is_refused_and_nothing_changes(tmp_path: Path, archive: Path) -> None:
    data = tmp_path / "own.jsonl"
    learn(archive, data, load())
    before = data.read_bytes()
    with pytest.raises(CannotRead, match="learn-known"):
        learn(archive, data, load([data]))
    assert data.read_bytes() == before


def test_an_archive_whose_files_differ_from_its_list_is_refused(tmp_path: Path) -> None:
    files = homes.release()
    changed = files | {"Kernel/System/Auth/DB.pm": b"package X;\n1;\n"}
    archive = homes.pack(tmp_path / "x.tar.gz", {**changed, **homes.beside(files)})
    with pytest.raises(CannotRead, match="learn-altered"):
        learn(archive, tmp_path / "own.jsonl", load())
    assert not (tmp_path / "own.jsonl").exists()


def test_a_number_that_two_makers_have_must_be_said_whose(tmp_path: Path) -> None:
    files = homes.release()
    beside = homes.beside(files) | {"RELEASE": b"PRODUCT = OTRS\nVERSION = 6.0.99\n"}
    archive = homes.pack(tmp_path / "x.tar.gz", {**files, **beside})
    with pytest.raises(CannotRead, match="learn-unnamed"):
        learn(archive, tmp_path / "own.jsonl", load())
    assert learn(archive, tmp_path / "own.jsonl", load(), family="centuran").family == "centuran"


@pytest.mark.parametrize(
    "content", ["", "{}\n", '{"format":"klardesk-otrs-releases","v":1}\n["x"]\n', '{"format":"x"}\n', "\x00"]
)
def test_a_broken_data_file_is_said_by_its_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(content)
    with pytest.raises(CannotRead, match="bad-data"):
        load([file])
