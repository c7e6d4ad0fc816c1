"""Build the icon sprite from an unpacked `lucide-static` npm package.

    python tools/build_icons.py PACKAGE_DIRECTORY

The names are in `klardesk.web.icons`; a name the package does not know stops the build.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
SPRITE = ROOT / "src" / "klardesk" / "web" / "static" / "web" / "icons.svg"
SVG = "http://www.w3.org/2000/svg"


def symbol(name: str, source: Path) -> ET.Element:
    """One icon as a `<symbol>` that takes its colour from the text around it."""
    drawing = ET.parse(source).getroot()  # noqa: S314 (a file of the package, given by the developer)
    result = ET.Element(f"{{{SVG}}}symbol", {"id": name, "viewBox": drawing.attrib["viewBox"]})
    for key in ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"):
        result.set(key, drawing.attrib[key])
    for shape in drawing:
        shape.tail = None
        result.append(shape)
    return result


def build(package: Path, names: tuple[str, ...]) -> str:
    """The sprite's text: every named icon, in the order of the list."""
    missing = [name for name in names if not (package / "icons" / f"{name}.svg").exists()]
    if missing:
        raise SystemExit(
            f"The package in {package} has no icon named {', '.join(missing)}. Mend klardesk/web/icons.py."
        )
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        sprite.append(symbol(name, package / "icons" / f"{name}.svg"))
    ET.indent(sprite, " ")
    return ET.tostring(sprite, encoding="unicode") + "\n"


def main() -> None:
    """Write the sprite."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.path.insert(0, str(ROOT / "src"))
    from klardesk.web.icons import ICONS

    SPRITE.write_text(build(Path(sys.argv[1]), ICONS), encoding="utf-8")
    print(f"{SPRITE.relative_to(ROOT)}: {len(ICONS)} icons, {SPRITE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
