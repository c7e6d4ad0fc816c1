"""Verifies the seals: each one's signature, root and link; and gives what they promise of each chain."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator

from django.utils.translation import gettext as _

from klardesk.ledger import digests, keys, seals
from klardesk.ledger.events import SEALS
from klardesk.ledger.models import Event, Seal
from klardesk.ledger.verify.report import Finding

_MARK = struct.Struct(">QQ32s")
_CONTRADICTION = "two seals differ"
"""In the place of a digest no event can have: whatever stands there now, one of the seals says otherwise."""


class Marks:
    """What the seals say of each chain: after so many events the digest was that. Packed, as there can be millions."""

    def __init__(self) -> None:
        self._packed: dict[tuple[str, str], bytes] = {}

    def add(self, leaf: seals.Leaf, seal: int) -> None:
        """Note one sealed head; raises ValueError if its digest is none."""
        name = (leaf.kind, leaf.key)
        try:
            mark = _MARK.pack(leaf.length, seal, bytes.fromhex(leaf.digest))
        except struct.error as error:
            raise ValueError(f"{leaf.length} is no length") from error
        self._packed[name] = self._packed.get(name, b"") + mark

    def take(self, kind: str, key: str) -> dict[int, tuple[str, int]]:
        """The marks of a chain by length: digest, and a seal that says so. Each chain can be asked once."""
        found: dict[int, tuple[str, int]] = {}
        for length, seal, digest in _MARK.iter_unpack(self._packed.pop((kind, key), b"")):
            known = found.setdefault(length, (digest.hex(), seal))
            if known[0] != digest.hex():
                found[length] = (_CONTRADICTION, known[1])
        return found

    def rest(self) -> Iterator[tuple[str, str, int, int]]:
        """The chains nobody asked for, which are gone: kind, key, largest sealed length, and the seal that says it."""
        for (kind, key), packed in sorted(self._packed.items()):
            length, seal, _digest = max(_MARK.iter_unpack(packed))
            yield kind, key, length, seal


class SealCheck:
    """One pass over all seals in order."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.findings: list[Finding] = []
        self.digests: dict[int, str] = {}
        self._heads = seals.Heads()
        self._heads_known = True
        self._next = 1
        self._previous = digests.GENESIS
        self._trusted = set(keys.trusted())

    def run(self) -> None:
        """Check every stored seal."""
        for seal in seals.stored():
            self._check(seal)

    def compare_file(self, file: seals.SealFile) -> None:
        """Hold a seal kept elsewhere against the stored seals, and note its heads for the chains."""
        if file.public_key not in self._trusted:
            self._found("unknown-key", _("The seal file is signed by a key that is not this desk's."), file.number)
        if self.digests.get(file.number) != file.digest:
            self._found("differs-from-file", _("The stored seal is gone or is not the one in the file."), file.number)
        for leaf in file.heads.leaves:
            self.marks.add(leaf, file.number)

    def check_record(self) -> None:
        """Hold the seals against the events that record them: event N of that chain names seal N."""
        rows = Event.objects.filter(chain__kind=SEALS.kind, chain__key=SEALS.key, kind="ledger.sealed")
        recorded = dict(rows.values_list("sequence", "payload_text"))
        for number in sorted(recorded.keys() | self.digests.keys()):
            if number not in self.digests:
                self._found("seal-missing", _("The ledger records this seal, but it is gone."), number)
            elif number not in recorded:
                self._found("seal-unrecorded", _("The ledger has no record of this seal."), number)
            elif not _names(recorded[number], number, self.digests[number]):
                self._found("seal-not-the-recorded", _("This is not the seal that the ledger records."), number)

    def _check(self, seal: Seal) -> None:
        number = seal.number
        if number > self._next:
            self._found("seal-missing", _("Seals are missing before this one."), number)
            self._heads_known = False
        elif seal.previous_seal_digest != self._previous:
            self._found("seal-link", _("It does not follow the seal before: one of the two was changed."), number)
        self._next = number + 1
        try:
            signed = seals.message_of(seal)
        except (ValueError, TypeError, AttributeError) as error:
            self._found("seal-unreadable", _("It cannot be read: %(error)s") % {"error": error}, number)
            self._heads_known = False
            return
        self._check_signature(seal, signed)
        self._check_root(seal)
        self._previous = self.digests[number] = seals.digest_of(signed, str(seal.signature))

    def _check_signature(self, seal: Seal, signed: bytes) -> None:
        if not keys.is_signed(signed, seal.public_key, seal.signature):
            self._found("seal-signature", _("Its signature does not fit: the seal was changed."), seal.number)
        elif seal.public_key not in self._trusted:
            self._found("unknown-key", _("It is signed by a key that is not this desk's."), seal.number)

    def _check_root(self, seal: Seal) -> None:
        try:
            leaves = seals.unpack(bytes(seal.leaves))
            for leaf in leaves:
                self.marks.add(leaf, seal.number)
        except (ValueError, TypeError) as error:
            self._found("seal-unreadable", _("Its leaves cannot be read: %(error)s") % {"error": error}, seal.number)
            self._heads_known = False
            return
        self._heads.apply(leaves)
        # after a seal that is gone or unreadable the tree cannot be rebuilt; its loss is reported, once
        if self._heads_known and (self._heads.root() != seal.root or len(self._heads) != seal.chains):
            self._found("seal-root", _("Its root does not fit its leaves: the seal was changed."), seal.number)

    def _found(self, reason: str, detail: str, number: int) -> None:
        self.findings.append(Finding("seal", reason, detail, seal=number))


def _names(payload: str | None, number: int, digest: str) -> bool:
    try:
        found = json.loads(payload or "")
    except ValueError:
        return False
    return isinstance(found, dict) and (found.get("number"), found.get("digest")) == (number, digest)
