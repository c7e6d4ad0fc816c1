"""Bytes to text when the stated character set is right, wrong, unknown or missing. Never raises."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

from klardesk.mail.parse import japanese
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Notes

# Names found in mails, and sets that are used where their smaller relative is stated (as browsers do, WHATWG Encoding).
_ALIASES = {
    "ascii": "ascii", "us-ascii": "ascii", "ansi-x3.4-1968": "ascii", "646": "ascii", "us": "ascii", "7bit": "ascii",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "l1": "cp1252", "ansi": "cp1252",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6", "iso-8859-6-e": "iso8859-6", "latin-9": "iso8859-15",
    "utf8mb4": "utf-8", "utf8mb3": "utf-8", "utf8": "utf-8", "utf": "utf-8", "unicode": "utf-8", "utf-8-sig": "utf-8-sig",
    "unicode-1-1-utf-8": "utf-8", "unicode-1-1-utf-7": "utf-7", "unicode-2-0-utf-7": "utf-7", "utf7": "utf-7",
    "gb2312": "gb18030", "gbk": "gb18030", "gb-2312-80": "gb18030", "euc-cn": "gb18030", "cp936": "gb18030",
    "windows-936": "gb18030", "gb": "gb18030", "chinesebig5": "big5hkscs", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "cp950": "big5hkscs", "shift-jis": "cp932", "shiftjis": "cp932", "sjis": "cp932", "ms-kanji": "cp932",
    "windows-31j": "cp932", "cp932": "cp932", "cswindows31j": "cp932", "euc-jp": "euc_jp", "eucjp": "euc_jp",
    "euc-kr": "cp949", "ks-c-5601-1987": "cp949", "ks-c-5601": "cp949", "ksc5601": "cp949", "korean": "cp949",
    "cp-850": "cp850", "ibm850": "cp850", "dos-850": "cp850", "macintosh": "mac_roman", "mac-roman": "mac_roman",
    "mac": "mac_roman", "koi8": "koi8_r",
}  # fmt: skip
_UNKNOWN = frozenset(
    (
        "",
        "unknown",
        "unknown-8bit",
        "8bit",
        "default",
        "default-charset",
        "none",
        "binary",
        "user-defined",
        "auto",
        "charset",
    )
)
# Codecs of Python that are no character sets of mails; some of them take a square of the time.
_REFUSED = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"))
_STATEFUL = ("iso2022", "iso-2022", "utf-7", "utf-16", "utf-32", "hz")
_WESTERN = frozenset(("ascii", "cp1252", "iso8859-15", "cp1250", "iso8859-2", "mac_roman", "cp850"))
_RELATIVES = {japanese.NAME: ("cp932", "euc_jp"), "cp932": ("euc_jp",), "euc_jp": ("cp932",), "big5hkscs": ("gb18030",)}
_CANDIDATES = [
    "cp1252", "cp1251", "koi8_r", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1250", "cp1253", "cp1254", "cp1255",
    "cp1256",
]  # fmt: skip
_SAMPLE = 4096
_MOST_GUESSES = 40
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_UTF8_MARK = b"\xef\xbb\xbf"


@lru_cache(maxsize=512)
def codec_of(label: str) -> str | None:
    """Python's codec for a character set as mails name it, or None if there is none such."""
    name = re.sub(r"[\s\"'<>;,]", "", label[:60].lower()).replace("_", "-").removeprefix("x-").removeprefix("cs")
    if name in _UNKNOWN:
        return None
    if name.startswith(("iso-2022-jp", "iso2022-jp", "iso2022jp")):
        return japanese.NAME
    if name in _ALIASES:
        return _ALIASES[name]
    if match := re.fullmatch(r"(?:windows|win|cp|ms|ansi)-?(\d{3,5})", name):
        name = f"cp{match[1]}"
    elif match := re.fullmatch(r"iso-?8859-?(\d{1,2})", name):
        return _ALIASES.get(f"iso-8859-{match[1]}") or _known(f"iso8859-{match[1]}")
    return _ALIASES.get(name) or _known(name)


def decode(data: bytes, label: str | None, notes: Notes, where: str) -> str:
    """The text of `data`, stated to be in the character set `label`; `where` names the place in the problems noted."""
    codec = codec_of(label) if label else None
    if data.isascii() and not (codec or "").startswith(_STATEFUL):
        return data.decode("ascii")
    if codec is None:
        if label:
            sentence = _("{where}: the character set {charset} is unknown; it was guessed")
            notes.add("unknown-charset", sentence, where=where, charset=repr(label[:40]))
        return guess(data, notes, where)
    text = _strict(data, codec)
    if text is None:
        return _repaired(data, codec, notes, where)
    if codec in _WESTERN and _is_rather_utf8(data):
        notes.add("wrong-charset", _("{where}: stated as {charset}, but is UTF-8"), where=where, charset=label)
        return data.decode("utf-8")
    return text


def guess(data: bytes, notes: Notes, where: str) -> str:
    """The text of bytes of which nothing is known."""
    if (text := _utf8(data)) is not None:
        return text
    codec = _guessed(data, notes)
    notes.add(
        "guessed-charset",
        _("{where}: no usable character set is stated; read as {charset}"),
        where=where,
        charset=codec,
    )
    text = _strict(data, codec)
    return text if text is not None else data.decode(codec, "replace")


def _guessed(data: bytes, notes: Notes) -> str:
    """A guess takes as long as reading a whole mail does; one with thousands of such words is mostly in one codec."""
    if len(notes.guesses) >= _MOST_GUESSES:
        return max(notes.guesses, key=notes.guesses.count)
    codec = guess_codec(data)
    notes.guesses.append(codec)
    return codec


def guess_codec(data: bytes) -> str:
    """The most likely codec of bytes that are not UTF-8."""
    best = from_bytes(_sample(data), cp_isolation=_CANDIDATES).best()
    return best.encoding if best else "cp1252"


def _sample(data: bytes) -> bytes:
    """The first stretch with bytes that tell something, cut at a line's end."""
    first = _EIGHT_BIT.search(data)
    begin = max(0, first.start() - 200) if first else 0
    end = data.find(b"\n", begin + _SAMPLE)
    return data[begin : end if 0 <= end <= begin + 2 * _SAMPLE else begin + _SAMPLE]


def _known(name: str) -> str | None:
    if name in _REFUSED or not name.isascii():
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return (
        info.name if getattr(info, "_is_text_encoding", True) and info.name.replace("_", "-") not in _REFUSED else None
    )


def _strict(data: bytes, codec: str) -> str | None:
    """The text if every byte is right, else None; positions that cp1252 leaves empty are taken as they are."""
    try:
        if codec == japanese.NAME:
            return japanese.decode(data)
        return data.decode("utf-8-sig" if codec == "utf-8" and data.startswith(_UTF8_MARK) else codec)
    except (UnicodeError, ValueError):
        return data.decode("cp1252", _LENIENT) if codec == "cp1252" else None


def _utf8(data: bytes) -> str | None:
    return _strict(data, "utf-8")


def _is_rather_utf8(data: bytes) -> bool:
    return bool(_MULTIBYTE.search(data)) and _utf8(data) is not None


def _repaired(data: bytes, codec: str, notes: Notes, where: str) -> str:
    """The text of bytes that do not fit the stated character set."""
    if codec != "ascii":
        sentence = _("{where}: some bytes do not fit the stated character set {charset}")
        notes.add("wrong-charset", sentence, where=where, charset=codec)
    if codec == "utf-8":
        return data.decode("utf-8", _LENIENT) if _mostly_utf8(data) else guess(data, notes, where)
    if (text := _utf8(data)) is not None:
        return text
    for relative in _RELATIVES.get(codec, ()):
        if (text := _strict(data, relative)) is not None:
            return text
    replaced = data.decode("iso2022_jp_ext" if codec == japanese.NAME else codec, "replace")
    if codec == "ascii" or replaced.count("\ufffd") * 50 > len(replaced):
        return guess(data, notes, where)
    return replaced


def _mostly_utf8(data: bytes) -> bool:
    """Whether right sequences outnumber stray bytes; if not, the text is in another character set altogether."""
    right = len(_MULTIBYTE.findall(data))
    return right > data.decode("utf-8", "replace").count("\ufffd")


def _lenient(error: UnicodeError) -> tuple[str, int]:
    """Stray bytes in UTF-8 mostly come from a Windows program that pasted its own; show them as it meant them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return "".join(_WINDOWS[byte] for byte in stray), error.end


_LENIENT = "klardesk.lenient"
_WINDOWS = [bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in range(256)]
codecs.register_error(_LENIENT, _lenient)
