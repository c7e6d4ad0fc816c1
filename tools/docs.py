"""Write the pages of the documentation that are made from the code: docs/operate/settings.md.

python tools/docs.py          write them
python tools/docs.py --check  fail if one is not what the code says
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# Settings from the environment

Written by `make docs` from `klardesk/settings.py`. A value that cannot be used stops the start and is named, with the mend.
Everything else that an administrator decides is an option of the installation, edited under *Administration, Options*.

| variable | default | what it is |
|---|---|---|
"""


def settings_page() -> str:
    """The table of environment variables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klardesk.settings")
    from django.conf import settings

    from klardesk.base.env import VARIABLES

    settings.INSTALLED_APPS  # noqa: B018  (reading one setting loads them all, and that declares the variables)
    rows = [f"| `{one.name}` | {_code(one.default)} | {one.help} |" for _name, one in sorted(VARIABLES.items())]
    return HEAD + "\n".join(rows) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else "empty"


PAGES: dict[Path, Callable[[], str]] = {ROOT / "docs" / "operate" / "settings.md": settings_page}


def main(words: list[str]) -> int:
    """Write or check every page."""
    stale = [file for file, page in PAGES.items() if not file.exists() or file.read_text("utf-8") != page()]
    if words == ["--check"]:
        for file in stale:
            print(f"{file.relative_to(ROOT)} is not what the code says: make docs")
        return 1 if stale else 0
    for file in stale:
        file.write_text(PAGES[file](), "utf-8")
        print(f"wrote {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
