"""ISO-2022-JP as mails really use it: with the vendors' characters (①, ㈱, half-width katakana) the standard lacks."""

from __future__ import annotations

import re

NAME = "iso-2022-jp-ms"
_RUN = re.compile(rb"(?:\x1b(\$\([A-D]|\$[@AB]|\([ABHIJ]))?([^\x1b]*)", re.DOTALL)


def decode(data: bytes) -> str:
    """The text. Raises ValueError (UnicodeError included) if it is not ISO-2022-JP."""
    if not data.isascii():
        raise ValueError("ISO-2022-JP has seven bits only")
    text: list[str] = []
    for match in _RUN.finditer(data):
        mode, run = match.groups()
        text.append(_decode_run(mode or b"(B", run))
    return "".join(text)


def _decode_run(mode: bytes, run: bytes) -> str:
    if mode in (b"$B", b"$@"):
        return _double(run)
    if mode == b"(I":
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in run).decode("cp932")
    if mode.startswith(b"$"):
        return (b"\x1b" + mode + run).decode("iso2022_jp_ext")
    return run.decode("ascii")


def _double(run: bytes) -> str:
    """Two bytes a character; a line end within switches nothing, as some programs forget to switch back before it."""
    out = bytearray()
    at = 0
    while at < len(run):
        first = run[at]
        if first <= 0x20:
            out.append(first)
            at += 1
        elif at + 1 < len(run):
            out += _shifted(first, run[at + 1])
            at += 2
        else:
            raise ValueError("half a character at the end")
    return out.decode("cp932")


def _shifted(first: int, second: int) -> bytes:
    """A pair of JIS X 0208 as Shift-JIS, whose Windows form knows the vendors' rows."""
    if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
        raise ValueError("no character of JIS X 0208")
    lead = (first - 0x21) // 2 + (0x81 if first < 0x5F else 0xC1)
    odd_row_trail = second + (0x1F if second < 0x60 else 0x20)
    trail = odd_row_trail if first % 2 else second + 0x7E
    return bytes((lead, trail))
