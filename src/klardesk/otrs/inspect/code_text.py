"""Source text as an inspection compares and reads it: which language a file is in, and the text without comments."""

from __future__ import annotations

import re

from klardesk.otrs.source.digests import sha_of

_BY_ENDING = {
    "pm": "perl", "pl": "perl", "t": "perl", "psgi": "perl", "cgi": "perl", "fpl": "perl", "js": "js", "tt": "template",
    "html": "template", "htm": "template", "sh": "shell", "bash": "shell", "css": "css", "xml": "xml", "opm": "xml",
    "yml": "shell", "php": "php", "phtml": "php", "py": "shell", "conf": "shell", "dtl": "template", "vue": "template",
}  # fmt: skip
_POD = re.compile(r"^=(?!cut)[a-zA-Z].*?(?:^=cut[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_BLOCKS = {
    "js": re.compile(r"/\*.*?\*/", re.DOTALL),
    "css": re.compile(r"/\*.*?\*/", re.DOTALL),
    "xml": re.compile(r"<!--.*?-->", re.DOTALL),
    "template": re.compile(r"\[%#.*?%\]|<!--.*?-->", re.DOTALL),
    "perl": _POD,
}
_LINES = {
    "perl": re.compile(r"^[ \t]*#(?!!).*$", re.MULTILINE),
    "shell": re.compile(r"^[ \t]*#(?!!).*$", re.MULTILINE),
    "js": re.compile(r"^[ \t]*//.*$", re.MULTILINE),
}
_END = re.compile(r"^__(?:END|DATA)__\s*$", re.MULTILINE)


def language_of(path: str, text: str = "") -> str:
    """`perl`, `js`, `template`, `shell`, `css`, `xml`, `php`, or empty; of a file without ending by its first line."""
    name = path.rpartition("/")[2]
    if path.startswith("var/cron/"):
        return "shell"
    for ending in (".dist", ".save", ".default"):
        name = name.removesuffix(ending)
    known = _BY_ENDING.get(name.rpartition(".")[2].lower()) if "." in name else None
    if known:
        return known
    first = text[:200].partition("\n")[0]
    if not first.startswith("#!"):
        return ""
    return "perl" if "perl" in first else "shell"


def without_comments(text: str, language: str) -> str:
    """The text with comments blanked and all lines kept, so that line numbers stay true."""
    if language == "perl":
        end = _END.search(text)
        text = text[: end.start()] if end else text
    block = _BLOCKS.get(language)
    if block:
        text = block.sub(lambda match: "\n" * match[0].count("\n"), text)
    line = _LINES.get(language)
    return line.sub("", text) if line else text


def code_hash(path: str, text: str) -> str:
    """The hash of what is left without comments, blank lines and blanks at line ends; empty where no language is known."""
    language = language_of(path, text)
    if not language:
        return ""
    lines = (line.rstrip() for line in without_comments(text.replace("\r\n", "\n"), language).split("\n"))
    return sha_of("\n".join(line for line in lines if line).encode())
