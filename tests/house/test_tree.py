"""The repository speaks of the product only: no address of a package index, no path of somebody's machine."""

from __future__ import annotations

import re

from tests.house.sources import files, name

INDEXES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "crates" + ".io",
    "unpkg" + ".com",
)
CDNS = ("jsdelivr" + ".net", "cdn" + "js.com", "fonts.google" + "apis.com")
MACHINES = re.compile(r"(?<![\w/.])" + "/(work|root|home" + r"/[a-z]\w*|opt/wheels|opt/py" + r"pi)(/|\b)")


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            found.append((name(path), content.decode("utf-8", "replace")))
    return found


def test_no_package_index_and_no_cdn_is_named() -> None:
    hosts = (*INDEXES, *CDNS)
    assert [(path, host) for path, text in _texts() for host in hosts if host in text] == []


def test_no_path_of_a_machine_is_named() -> None:
    def told(path: str) -> bool:
        return path.startswith(("docs/operate", "tests/mail"))  # a server's paths are their subject

    found = [(path, match[0]) for path, text in _texts() if not told(path) for match in MACHINES.finditer(text)]
    assert found == []
