"""Files that stand uuencoded within a plain text, as old programs send them."""

from __future__ import annotations

import re
from itertools import islice

from klardesk.mail.parse.transfer import from_uu

_FILE = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,200})\n(?P<body>(?:[\x20-\x60][^\n]{0,90}\n)+?)(?:[` ]?\n)?end[ \t]*$",
    re.MULTILINE,
)


def take_out(text: str, most: int) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the first `most` files in it, and these files: name and bytes."""
    if "\nend" not in text or "begin " not in text or not most:
        return text, []
    files = [
        (match["name"].strip(), from_uu(match["body"].encode("latin-1", "replace")))
        for match in islice(_FILE.finditer(text), most)
    ]
    return (_FILE.sub("", text, count=most), files) if files else (text, [])
