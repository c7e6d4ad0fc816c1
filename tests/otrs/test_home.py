"""Homes are read as directories and archives: links, loops, what cannot be read, what is none; nothing is written."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from klardesk.otrs.source import archive as archives
from klardesk.otrs.source import home as homes_of
from klardesk.otrs.source.home import Home
from klardesk.otrs.source.problems import CannotRead
from tests.otrs import homes

PART = "Kernel/System/Part01.pm"
Opening = Callable[[Path], Home]


@pytest.fixture(name="open_home")
def _open_home() -> Iterator[Callable[[Path], Home]]:
    """Opens homes, and closes them after the test."""
    with ExitStack() as stack:
        yield lambda path: stack.enter_context(closing(homes_of.open_home(path)))


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.xz", ".tar.bz2"])
@pytest.mark.parametrize("top", ["", "./", "znuny-77.1.2/", "a/b/"])
def test_an_archive_and_a_directory_are_the_same(tmp_path: Path, ending: str, top: str, open_home: Opening) -> None:
    files = homes.installed()
    packed = open_home(homes.pack(tmp_path / f"home{ending}", files, top))
    plain = open_home(homes.unpack(tmp_path / "home", files))
    assert list(packed.files) == list(plain.files) == sorted(files)
    assert [packed.digest(path) for path in files] == [plain.digest(path) for path in files]
    assert packed.read(PART) == plain.read(PART) == files[PART]
    assert packed.problems == plain.problems == []


def test_the_one_folder_within_a_directory_is_the_home(tmp_path: Path, open_home: Opening) -> None:
    homes.unpack(tmp_path / "opt" / "otrs-6.0.3", homes.installed())
    assert PART in open_home(tmp_path / "opt").files


def test_links_are_followed_within_the_home_and_never_out_of_it(tmp_path: Path, open_home: Opening) -> None:
    home = homes.unpack(tmp_path / "home", homes.installed())
    secret = tmp_path / "secret"
    secret.write_text("x")
    (home / "Kernel" / "Linked.pm").symlink_to("System/Part01.pm")
    (home / "Kernel" / "Folder").symlink_to("System")
    (home / "Kernel" / "Out.pm").symlink_to(secret)
    (home / "Kernel" / "OutFolder").symlink_to(tmp_path)
    (home / "Kernel" / "Loop").symlink_to("..")
    (home / "Kernel" / "Itself").symlink_to("Itself")
    (home / "Kernel" / "Gone").symlink_to("Nothing")
    opened = open_home(home)
    assert opened.digest("Kernel/Linked.pm") == opened.digest("Kernel/Folder/Part01.pm") == opened.digest(PART)
    assert {(problem.code, problem.values["path"]) for problem in opened.problems} == {
        ("outside-link", "Kernel/Out.pm"),
        ("outside-link", "Kernel/OutFolder"),
        ("link-loop", "Kernel/Loop"),
        ("link-loop", "Kernel/Itself"),
        ("unreadable", "Kernel/Gone"),
    }


def test_links_of_an_archive_are_followed_within_it(tmp_path: Path, open_home: Opening) -> None:
    target = tmp_path / "x.tar"
    with tarfile.open(target, "w") as archive:
        for path, content in homes.installed().items():
            member = tarfile.TarInfo(f"znuny/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, to in [
            ("Kernel/A.pm", "System/Part01.pm"),
            ("Kernel/B", "System"),
            ("Kernel/C", "../../../etc/passwd"),
            ("D", "D"),
        ]:
            member = tarfile.TarInfo(f"znuny/{name}")
            member.type, member.linkname = tarfile.SYMTYPE, to
            archive.addfile(member)
    opened = open_home(target)
    assert opened.digest("Kernel/A.pm") == opened.digest("Kernel/B/Part01.pm") == opened.digest(PART)
    assert sorted(problem.code for problem in opened.problems) == ["link-loop", "outside-link"]


def test_what_runs_is_not_walked_through(tmp_path: Path, open_home: Opening) -> None:
    files = homes.installed() | {"var/article/2024/01/01/1/file-1": b"x", "var/tmp/CacheFileStorable/x": b"x"}
    for opened in (
        open_home(homes.unpack(tmp_path / "home", files)),
        open_home(homes.pack(tmp_path / "x.tar.gz", files)),
    ):
        assert [path for path in opened.files if path.startswith(("var/article", "var/tmp"))] == []
        assert len([path for path in opened.runtime if path.endswith(("var/article", "var/tmp"))]) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_is_said(tmp_path: Path, open_home: Opening) -> None:
    home = homes.unpack(tmp_path / "home", homes.installed())
    (home / PART).chmod(0)
    with pytest.raises(CannotRead, match="no-right"):
        open_home(home).digest(PART)


def test_pipes_and_odd_names_do_not_stop_it(tmp_path: Path, open_home: Opening) -> None:
    home = homes.unpack(tmp_path / "home", homes.installed())
    os.mkfifo(home / "Kernel" / "pipe")
    Path(os.fsdecode(bytes(home / "Kernel") + b"/b\xff.pm")).write_bytes(b"x")
    (home / "Kernel" / "e\x1b[31m.pm").write_bytes(b"x")
    opened = open_home(home)
    assert [problem.code for problem in opened.problems] == ["odd-name", "odd-name"]
    assert "Kernel/pipe" not in opened.files


def test_an_archive_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path, open_home: Opening) -> None:
    whole = homes.pack(tmp_path / "x.tar", homes.installed()).read_bytes()
    (tmp_path / "half.tar").write_bytes(whole[: len(whole) // 2 + 100])
    opened = open_home(tmp_path / "half.tar")
    assert 10 < len(opened.files) < len(homes.installed())
    assert [problem.code for problem in opened.problems] == ["no-archive"]


@pytest.mark.parametrize("content", [b"", b"no archive at all" * 100, b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes, open_home: Opening) -> None:
    (tmp_path / "x.tar.gz").write_bytes(content)
    with pytest.raises(CannotRead, match="no-archive"):
        open_home(tmp_path / "x.tar.gz")


def test_what_is_not_there_is_said(tmp_path: Path, open_home: Opening) -> None:
    with pytest.raises(CannotRead, match="no-such-path"):
        open_home(tmp_path / "nothing")


def test_an_archive_made_to_fill_the_disk_is_not_read_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_home: Opening
) -> None:
    monkeypatch.setattr(archives, "MOST", 10_000)
    with pytest.raises(CannotRead, match="archive-too-large"):
        open_home(homes.pack(tmp_path / "x.tar.gz", {"Kernel/System/A.pm": b"\0" * 20_000}))


def test_paths_of_an_archive_never_lead_out(tmp_path: Path, open_home: Opening) -> None:
    opened = open_home(homes.pack(tmp_path / "x.tar", {"../../etc/x": b"x", "/etc/y": b"y"}, top=""))
    assert [path for path in opened.files if ".." in path or path.startswith("/")] == []


def test_odd_names_of_an_archive_are_said(tmp_path: Path, open_home: Opening) -> None:
    files = {"Kernel/System/A.pm": b"x", "Kernel/System/\x1b[31m.pm": b"x", "Kernel/System/\udcff.pm": b"x"}
    opened = open_home(homes.pack(tmp_path / "x.tar", files))
    assert list(opened.files) == ["Kernel/System/A.pm"]
    assert [problem.code for problem in opened.problems] == ["odd-name", "odd-name"]
