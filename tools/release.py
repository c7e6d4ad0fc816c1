"""Build the wheel, the source archive and the release's notes in dist/, from what is committed.

    python tools/release.py

The wheel is built from the source archive, so that whoever has only that can build it too.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
KINDS = {"added": "New", "changed": "Changed", "mended": "Mended", "removed": "Removed", "security": "Security"}


def main() -> int:
    """Build, check, list."""
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    if changed.stdout:
        print(f"A release is built from what is committed. Not committed:\n{changed.stdout}", file=sys.stderr)
        return 1
    for old in DIST.glob("klardesk-*"):
        old.unlink()
    subprocess.run([sys.executable, "-m", "build", "--no-isolation"], cwd=ROOT, check=True)
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in sorted(DIST.glob("klardesk-*"))]
    (DIST / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")
    print("\n".join(sums))
    (DIST / "NOTES.md").write_text(_notes(), "utf-8")
    return _check_wheel(next(DIST.glob("*.whl")))


def _notes() -> str:
    """The notes of the release, from the fragments in changes/."""
    parts = []
    for kind, title in KINDS.items():
        fragments = sorted((ROOT / "changes").glob(f"*.{kind}.md"))
        entries = ["- " + file.read_text("utf-8").strip().replace("\n", "\n  ") for file in fragments]
        parts += [f"## {title}\n", *entries, ""] if entries else []
    return "\n".join(parts)


def _check_wheel(wheel: Path) -> int:
    names = zipfile.ZipFile(wheel).namelist()
    source = ROOT / "src" / "klardesk"
    wanted = [str(file.relative_to(ROOT / "src")).removesuffix(".po") + ".mo" for file in source.glob("**/*.po")]
    lacking = [name for name in wanted if name not in names]
    for name in lacking:
        print(f"{wheel.name} lacks {name}", file=sys.stderr)
    print(f"{wheel.name}: {len(names)} files")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
