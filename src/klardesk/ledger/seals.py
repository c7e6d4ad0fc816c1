"""Seals: a signed Merkle root over the heads of all chains (design, rule 3).

A leaf is the canonical JSON of `[kind, key, length, digest]`. Leaves are numbered in the order in which chains first
appear in a seal (within one seal by kind and key); a seal's row keeps only the leaves that changed since the one
before, so the state at seal N is what all rows up to N say. A chain, once sealed, stays in the tree for ever.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from klardesk.ledger import canonical, digests, keys
from klardesk.ledger.merkle import Tree
from klardesk.ledger.models import Seal

FORMAT = "klardesk-seal-1"
_SIGNED = ("number", "at", "chains", "root", "changed_leaves", "previous", "public_key")


@dataclass(frozen=True, slots=True)
class Leaf:
    """The head of one chain at a seal."""

    kind: str
    key: str
    length: int
    digest: str

    def as_bytes(self) -> bytes:
        """The bytes the Merkle tree hashes."""
        return canonical.dumps([self.kind, self.key, self.length, self.digest]).encode()


class Heads:
    """All sealed heads, in leaf order, with the Merkle tree over them."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self._index: dict[tuple[str, str], int] = {}
        self._tree = Tree()

    def __len__(self) -> int:
        return len(self.leaves)

    def get(self, kind: str, key: str) -> Leaf | None:
        """The sealed head of a chain."""
        index = self._index.get((kind, key))
        return None if index is None else self.leaves[index]

    def apply(self, changed: Iterable[Leaf]) -> None:
        """Take over the leaves of the next seal."""
        touched = {}
        for leaf in changed:
            index = self._index.setdefault((leaf.kind, leaf.key), len(self.leaves))
            if index == len(self.leaves):
                self.leaves.append(leaf)
            self.leaves[index] = leaf
            touched[index] = leaf.as_bytes()
        self._tree.put(touched)

    def root(self) -> str:
        """The Merkle root over all leaves, in hex."""
        return self._tree.root()


def pack(leaves: Iterable[Leaf]) -> bytes:
    """The stored form of a seal's changed leaves."""
    rows = [[leaf.kind, leaf.key, leaf.length, leaf.digest] for leaf in leaves]
    return zlib.compress(canonical.dumps(rows).encode(), 6)


def unpack(stored: bytes) -> list[Leaf]:
    """The leaves of a stored seal; raises ValueError if they cannot be read."""
    try:
        return leaves_of(json.loads(zlib.decompress(stored)))
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error


def leaves_of(rows: Any) -> list[Leaf]:
    """Leaves from parsed JSON; raises ValueError if it has another shape."""
    shape = (str, str, int, str)
    if not isinstance(rows, list) or not all(isinstance(row, list) and tuple(map(type, row)) == shape for row in rows):
        raise ValueError("the leaves are no list of [kind, key, length, digest]")
    return [Leaf(*row) for row in rows]


def message(fields: Mapping[str, Any]) -> bytes:
    """What is signed: all that the seal's row holds but the signature, in the form `_fields` gives it."""
    return digests.SEAL_DOMAIN + canonical.dumps(dict(fields)).encode()


def message_of(seal: Seal) -> bytes:
    """The signed message of a stored seal; raises ValueError if a field is out of its range."""
    return message(_fields(seal))


def _fields(seal: Seal) -> dict[str, Any]:
    return {
        "number": seal.number,
        "at": canonical.timestamp(seal.at),
        "chains": seal.chains,
        "root": seal.root,
        "changed_leaves": sha256(bytes(seal.leaves)).hexdigest(),
        "previous": seal.previous_seal_digest,
        "public_key": seal.public_key,
    }


def digest_of(signed: bytes, signature: str) -> str:
    """The digest by which the next seal, and the ledger's event, name a seal."""
    return sha256(signed + signature.encode()).hexdigest()


def heads_at(number: int | None = None) -> Heads:
    """All heads as sealed by seal `number` (None: the newest). Raises ValueError if leaves cannot be read."""
    heads = Heads()
    for seal in stored(number):
        heads.apply(unpack(bytes(seal.leaves)))
    return heads


def stored(number: int | None = None) -> Iterator[Seal]:
    """The seals up to `number`, in order, one at a time."""
    rows = Seal.objects.order_by("number")
    return (rows if number is None else rows.filter(number__lte=number)).iterator(chunk_size=20)


def export(seal: Seal) -> str:
    """A seal as a JSON file to keep elsewhere: whole by itself, with all heads it covers."""
    leaves = [[leaf.kind, leaf.key, leaf.length, leaf.digest] for leaf in heads_at(seal.number).leaves]
    content = {"format": FORMAT, **_fields(seal), "signature": seal.signature, "leaves": leaves}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass(frozen=True, slots=True)
class SealFile:
    """A seal read from a file, checked in itself: signature over the root, root over the leaves."""

    number: int
    at: datetime
    digest: str
    public_key: str
    heads: Heads


class BadSealFile(Exception):
    """The file is no whole seal: it cannot be read, or was altered. The message says which."""


def read_export(text: str) -> SealFile:
    """Read what `export` wrote; raises BadSealFile if it is something else or was altered."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise BadSealFile(_("its format is not %(format)s") % {"format": FORMAT})
        signed = message({name: found[name] for name in _SIGNED})
        heads = Heads()
        heads.apply(leaves_of(found["leaves"]))
        digest = digest_of(signed, str(found["signature"]))
        file = SealFile(int(found["number"]), canonical.moment(found["at"]), digest, found["public_key"], heads)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSealFile(_("it is no seal file (%(error)s)") % {"error": repr(error)}) from error
    if not keys.is_signed(signed, file.public_key, found["signature"]):
        raise BadSealFile(_("its signature does not fit its content"))
    if (heads.root(), len(heads)) != (found["root"], found["chains"]):
        raise BadSealFile(_("its leaves do not give the root that was signed"))
    return file
