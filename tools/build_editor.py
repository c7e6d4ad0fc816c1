"""Bundle the rich text editor (Tiptap) from npm into one file that the desk serves.

    python tools/build_editor.py

Needs node and npm, and the network or a mirror that npm is set up for; nobody who installs or runs the desk does. The versions
are pinned with their digests in tools/editor/package-lock.json; esbuild is a tool of the build alone. Writes the bundle and the
licence texts of all that is in it, and tells its digest.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tools" / "editor"
VENDOR = ROOT / "src" / "klardesk" / "web" / "static" / "web" / "vendor"
BUNDLE, LICENCES = VENDOR / "tiptap.min.js", VENDOR / "tiptap.LICENSES"
FLAGS = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none", "--metafile=meta.json")


def bundle(folder: Path) -> list[Path]:
    """Install and bundle in this folder; the packages of which something is in the bundle."""
    for file in SOURCE.iterdir():
        shutil.copy(file, folder)
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed.")
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
    esbuild = next(folder.glob("node_modules/@esbuild/*/bin/esbuild"))
    subprocess.run([esbuild, "entry.js", *FLAGS, "--outfile=out.js"], cwd=folder, check=True)
    inputs = json.loads((folder / "meta.json").read_text())["outputs"]["out.js"]["inputs"]
    used = {_package(name) for name, one in inputs.items() if one["bytesInOutput"] and name.startswith("node_modules/")}
    return [folder / "node_modules" / name for name in sorted(used)]


def _package(name: str) -> str:
    parts = name.removeprefix("node_modules/").split("/")
    return "/".join(parts[:2] if parts[0].startswith("@") else parts[:1])


def licences(packages: list[Path]) -> str:
    """Name, version and licence text of each package."""
    texts = []
    for package in packages:
        about = json.loads((package / "package.json").read_text())
        text = next(
            (path.read_text() for path in sorted(package.iterdir()) if path.name.upper().startswith("LICEN")), ""
        )
        texts.append(f"{about['name']} {about['version']} ({about['license']})\n\n{text.strip() or LIKE_CORE}\n")
    return "\n----\n\n".join(texts)


LIKE_CORE = "The package names this licence and holds no text of its own; that of @tiptap/core stands above."


def main() -> None:
    """Write the bundle."""
    with tempfile.TemporaryDirectory() as folder:
        packages = bundle(Path(folder))
        shutil.copy(Path(folder) / "out.js", BUNDLE)
        LICENCES.write_text(licences(packages), encoding="utf-8")
    digest = hashlib.sha256(BUNDLE.read_bytes()).hexdigest()
    print(f"{BUNDLE.relative_to(ROOT)}: {BUNDLE.stat().st_size} bytes, SHA-256 {digest}; {len(packages)} packages")


if __name__ == "__main__":
    main()
