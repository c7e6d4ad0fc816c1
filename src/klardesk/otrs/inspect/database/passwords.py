"""How passwords are stored, and whether one is among those that everybody tries first. A password never leaves this module.

The shapes are those of the product's log-in (contract, 3.5). What is tried: the login and the name, and the words below.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache

KINDS = ("plain", "des", "md5", "apr1", "sha1", "sha256", "sha512", "bcrypt", "bigcrypt", "none", "foreign")
"""`plain`: nothing that a hash looks like. `foreign`: a hash that the product cannot check. `none`: no password at all."""
POOR = frozenset({"des", "bigcrypt", "md5", "apr1", "sha1"})
"""Broken within hours by anybody who has the table."""
UNSALTED = frozenset({"sha1", "sha256", "sha512"})
WORDS = (
    "password", "passwort", "Password", "Passwort", "123456", "12345678", "123456789", "1234", "12345", "qwertz",
    "qwerty", "admin", "Admin", "root", "otrs", "OTRS", "znuny", "otobo", "secret", "geheim", "test", "Test",
    "changeme", "welcome", "willkommen", "letmein", "helpdesk", "support", "service", "agent", "user", "demo",
    "admin123", "test123", "password1", "Passwort1", "Password1", "Passw0rd", "P@ssw0rd", "hallo", "Hallo123",
    "sommer", "Sommer2024", "Sommer2025", "Sommer2026", "Winter2025", "abc123", "111111", "000000", "start",
    "Start123", "start123", "initial", "Initial1", "init123", "master", "system", "System1", "a", "x",
)  # fmt: skip
_SHAPES = (
    ("md5", re.compile(r"\$1\$[^$]{0,8}\$[./0-9A-Za-z]{22}")),
    ("apr1", re.compile(r"\$apr1\$[^$]{0,8}\$[./0-9A-Za-z]{22}")),
    ("bcrypt", re.compile(r"BCRYPT:\d{1,2}:.{16}:.{31}", re.DOTALL)),
    ("foreign", re.compile(r"\$[^$]+\$.*|\{\w+\}.+")),
    ("sha512", re.compile(r"[0-9a-f]{128}")),
    ("sha256", re.compile(r"[0-9a-f]{64}")),
    ("sha1", re.compile(r"[0-9a-f]{40}")),
    ("des", re.compile(r"[./0-9A-Za-z]{13}")),
    ("bigcrypt", re.compile(r"[./0-9A-Za-z]{2}(?:[./0-9A-Za-z]{11}){2,}")),
)
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SALT = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)


def kind_of(stored: str) -> str:
    """One of KINDS."""
    if not stored:
        return "none"
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(stored)), "plain")


def is_weak(stored: str, login: str, names: Iterable[str] = ()) -> bool:
    """Whether the password is the login, a name, or one of the words; False too where that cannot be tried here."""
    kind = kind_of(stored)
    tried = _check(kind)
    words = WORDS if kind in UNSALTED or kind == "plain" else WORDS[:12]
    return tried is not None and any(tried(word, stored) for word in [*_own(login, names), *words])


def can_try(kind: str) -> bool:
    """Whether passwords of this kind can be tried on this machine."""
    return _check(kind) is not None


def fits(word: str, stored: str) -> bool:
    """Whether this is the password."""
    tried = _check(kind_of(stored))
    return tried is not None and tried(word, stored)


def _own(login: str, names: Iterable[str]) -> list[str]:
    """What people make of their own name."""
    short = login.partition("@")[0]
    own = [login, short, login.lower(), short.capitalize(), f"{short}1", f"{short}123", f"{short}!", short[::-1]]
    own += [form for name in names if name for form in (name, name.lower(), f"{name}1", f"{name}123")]
    return list(dict.fromkeys(word for word in own if word))


def _check(kind: str) -> Callable[[str, str], bool] | None:
    if kind in UNSALTED:
        return lambda word, stored: hashlib.new(kind, word.encode(), usedforsecurity=False).hexdigest() == stored
    if kind == "plain":
        return lambda word, stored: word == stored
    if kind in {"md5", "apr1"}:
        return lambda word, stored: md5_crypt(word, stored) == stored
    if kind in {"des", "bigcrypt", "bcrypt"} and _system_crypt() is not None:
        return _by_system
    return None


def md5_crypt(word: str, stored: str) -> str:
    """The classic MD5 crypt with the salt and magic (`$1$`, `$apr1$`) of a stored one."""
    _empty, name, salt, _rest = stored.split("$", 3)
    secret, magic, grain = word.encode(), f"${name}$".encode(), salt.encode()[:8]
    inner = _md5(secret + grain + secret)
    outer = secret + magic + grain + (inner * (len(secret) // 16 + 1))[: len(secret)]
    bits = len(secret)
    while bits:
        outer += b"\0" if bits & 1 else secret[:1]
        bits >>= 1
    digest = _md5(outer)
    for turn in range(1000):
        parts = [secret if turn & 1 else digest, grain if turn % 3 else b"", secret if turn % 7 else b""]
        digest = _md5(b"".join([*parts, digest if turn & 1 else secret]))
    text = "".join(_group(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in _ORDER)
    return f"${name}${salt}${text}{_group(digest[11], 2)}"


_ORDER = ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5))


def _group(value: int, length: int) -> str:
    return "".join(_ALPHABET[value >> 6 * place & 63] for place in range(length))


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


@cache
def _system_crypt() -> Callable[[bytes, bytes], bytes | None] | None:
    """The C library's crypt(), which knows DES and bcrypt; None where there is none."""
    for name in ("libcrypt.so.1", "libcrypt.so.2"):
        try:
            function = ctypes.CDLL(name).crypt
        except (OSError, AttributeError):
            continue
        function.argtypes, function.restype = (ctypes.c_char_p, ctypes.c_char_p), ctypes.c_char_p
        return function
    return None


def _by_system(word: str, stored: str) -> bool:
    crypt = _system_crypt()
    if crypt is None or "\0" in word:
        return False
    if stored.startswith("BCRYPT:"):
        _bcrypt, cost, salt, text = stored.split(":", 3)
        wanted = f"$2a${int(cost):02d}${_bcrypt_salt(salt)}{text}"
        return crypt(word.encode()[:72], wanted[:29].encode()) == wanted.encode()
    if len(stored) > 13 and len(word.encode()) <= 8:
        return False
    return crypt(word.encode(), stored.encode()) == stored.encode()


def _bcrypt_salt(salt: str) -> str:
    """The salt's 16 characters as bcrypt writes them."""
    import base64

    return base64.b64encode(salt.encode("latin-1", "replace")[:16]).translate(_SALT).decode().rstrip("=")[:22]
