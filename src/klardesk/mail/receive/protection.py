"""What protects a mail: layer by layer opened by the desk's keys and checked against those it trusts.

It reads rows and calls programs, and writes nothing: it belongs outside of the transaction that takes the mail in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from klardesk.mail.crypto.headers import merged, other_sender
from klardesk.mail.crypto.verdict import PARTLY_SEALED, CannotDecrypt
from klardesk.mail.keys import queries
from klardesk.mail.keys.models import Verdict
from klardesk.mail.keys.registry import SCHEMES, may_be_protected
from klardesk.mail.keys.schemes import Layer
from klardesk.mail.parse import parse
from klardesk.mail.parse.model import Problem
from klardesk.mail.receive.bounded import read_bounded
from klardesk.mail.receive.phrases import phrases

if TYPE_CHECKING:
    from klardesk.mail.keys.schemes import Checked, Scheme
    from klardesk.mail.parse import Automatic, ParsedMail

log = structlog.get_logger("klardesk.mail")
MOST_LAYERS = 5
"""A mail is signed, encrypted, and signed once more at most; what lies deeper is kept as a file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail with what its protection turned out to be. It was read as what was within; `whole`: nothing stood beside that.
    `html` is clean.
    """

    parsed: ParsedMail
    automatic: Automatic
    html: str
    layers: tuple[Layer, ...] = ()
    whole: bool = True

    @property
    def closed(self) -> bool:
        """Whether it could not be opened."""
        return any(layer.verdict == Verdict.CLOSED for layer in self.layers)


def read_mail(raw: bytes) -> Reading:
    """The mail as it is to be shown, its protection taken off. No query and no program for a mail without any.

    Raises TooCostly as `read_bounded`; Unavailable if a program is missing or hangs: nothing is
    known of the mail then, and it is to be tried again.
    """
    if not may_be_protected(raw):
        return _read(raw)
    peeled = _Peeling(raw)
    peeled.peel()
    return peeled.reading() if peeled.layers else _read(raw)


def _read(raw: bytes) -> Reading:
    read = read_bounded(raw, phrases())
    return Reading(read.parsed, read.automatic, read.html)


def _layer(one: Scheme, entity: bytes) -> str:
    """What the entity is to this scheme; nothing, if it is too odd to be told: it is shown as it is then."""
    try:
        return one.layer(entity)
    except (RecursionError, ValueError, LookupError, TypeError) as error:
        log.warning("protection not told", kind=str(one.kind), error=f"{type(error).__name__}: {error}"[:300])
        return ""


class _Peeling:
    """Takes one layer after the other off a mail."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._entity = raw, raw
        self._whole = True
        self._problems: list[Problem] = []
        self.layers: list[Layer] = []

    def peel(self) -> None:
        """Until what is left is not protected, or cannot be opened."""
        while len(self.layers) < MOST_LAYERS:
            found = next(((each, what) for each in SCHEMES.values() if (what := _layer(each, self._entity))), None)
            if found is None:
                return
            one, what = found
            if not (self._open(one) if what == "encrypted" else self._check(one)):
                return

    def reading(self) -> Reading:
        """What came of it."""
        shown, subject = merged(self._raw, self._entity) if self._entity is not self._raw else (self._raw, None)
        read = _read(shown)
        parsed = read.parsed
        problems = (*self._problems, *parsed.problems)
        parsed = replace(parsed, problems=tuple(dict.fromkeys(problems)))
        layers = [_with_sender(layer, parsed) for layer in self.layers]
        html = read.html
        if layers[-1].verdict == Verdict.CLOSED:
            parsed, html = replace(parsed, text=_unreadable(), html=""), ""
        if subject is not None:
            outside = parse(b"Subject: " + subject + b"\r\n\r\n").subject
            layers = [
                replace(each, outer_subject=outside) if each.verdict == Verdict.OPENED else each for each in layers
            ]
        return Reading(parsed, read.automatic, html, tuple(layers), self._whole)

    def _open(self, one: Scheme) -> bool:
        own = queries.own(one.kind)
        try:
            if not own:
                raise CannotDecrypt("")
            opened = one.open(self._entity, own, queries.trusted(one.kind))
        except CannotDecrypt as error:
            self.layers.append(Layer(one.kind, Verdict.CLOSED.value, reason=str(error)))
            return False
        self._whole = self._whole and opened.whole
        key, reason = opened.key, "" if opened.whole else PARTLY_SEALED
        self.layers.append(
            Layer(one.kind, Verdict.OPENED.value, key.name, fingerprint=key.fingerprint, reason=reason, key=key)
        )
        if opened.signature is not None:
            self._judge(one, opened.signature)
        return self._go_in(opened.content)

    def _check(self, one: Scheme) -> bool:
        checked = one.check(self._entity, queries.trusted(one.kind), queries.known(one.kind))
        self._judge(one, checked)
        if not checked.content:
            return False
        self._whole = self._whole and checked.whole
        return self._go_in(checked.content)

    def _judge(self, one: Scheme, checked: Checked) -> None:
        signer, verdict = checked.signer, checked.verdict
        if signer is None:
            self.layers.append(Layer(one.kind, verdict, reason=checked.reason))
            return
        key = queries.by_fingerprint(one.kind, signer.fingerprint)
        if key is not None and not key.valid and verdict != Verdict.BAD:
            verdict = Verdict.WITHDRAWN.value
        self.layers.append(
            Layer(one.kind, verdict, signer.name, signer.addresses, signer.fingerprint, checked.reason, key=key, signer=signer)
        )  # fmt: skip

    def _go_in(self, entity: bytes) -> bool:
        name = other_sender(self._raw, entity)
        if name:
            sentence = gettext_noop("within its protection the mail names another sender: {name}")
            self._problems.append(Problem("protected-sender", sentence, (("name", name[:300]),)))
        self._entity = entity
        return True


def _with_sender(layer: Layer, parsed: ParsedMail) -> Layer:
    """Whether every sender that the mail names is the signer."""
    senders = {each.email for each in parsed.from_ if each.email}
    return replace(layer, by_sender=bool(senders) and senders <= set(layer.addresses))


def _unreadable() -> str:
    with override(settings.LANGUAGE_CODE):
        return _(
            "This mail is encrypted, and none of the desk's keys opens it. Once the right key was added, it can be read "
            "again: by the mark at this article."
        )
