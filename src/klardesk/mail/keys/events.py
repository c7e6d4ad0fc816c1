"""What happens to certificates and keys, and what a mail's protection turned out to be. No private key is ever in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klardesk.ledger import event
from klardesk.mail.events import ValueChange

KINDS = {
    "en": {"smime": "certificate (S/MIME)", "pgp": "key (OpenPGP)"},
    "de": {"smime": "Zertifikat (S/MIME)", "pgp": "Schlüssel (OpenPGP)"},
}
WAYS = {"smime": "S/MIME", "pgp": "OpenPGP"}
ORIGINS = {
    "en": {"added": "added", "learned": "learned from a signed mail", "vouched": "learned from a signed mail"},
    "de": {"added": "hinzugefügt", "learned": "aus einer signierten E-Mail gelernt",
           "vouched": "aus einer signierten E-Mail gelernt"},
}  # fmt: skip


def _added(language: str, private: str) -> Callable[[KeyAdded], str]:
    def sentence(payload: KeyAdded) -> str:
        own = private if payload.private else ""
        what, how = KINDS[language][payload.kind], ORIGINS[language][payload.origin]
        return f"{what} „{payload.name}“ {how}{own}: {payload.fingerprint}"

    return sentence


@event("mail.key_added", en=_added("en", ", with its private key"), de=_added("de", ", mit privatem Schlüssel"))
@dataclass(frozen=True, slots=True)
class KeyAdded:
    """A certificate or key came into the store."""

    kind: str
    fingerprint: str
    name: str
    addresses: list[str]
    private: bool
    trusted: bool
    origin: str


def _changed(language: str, word: str) -> Callable[[KeyChanged], str]:
    def sentence(payload: KeyChanged) -> str:
        changes = "; ".join(f"{each.name}: {each.old or '–'} → {each.new or '–'}" for each in payload.changes)
        return f"{KINDS[language][payload.kind]} „{payload.name}“ {word}: {changes}"

    return sentence


@event("mail.key_changed", en=_changed("en", "changed"), de=_changed("de", "geändert"))
@dataclass(frozen=True, slots=True)
class KeyChanged:
    """It was trusted, withdrawn, renewed, commented, or got its private key."""

    kind: str
    fingerprint: str
    name: str
    changes: list[ValueChange]


def _deleted(language: str, word: str) -> Callable[[KeyDeleted], str]:
    return lambda payload: f"{KINDS[language][payload.kind]} „{payload.name}“ {word}: {payload.fingerprint}"


@event("mail.key_deleted", en=_deleted("en", "deleted"), de=_deleted("de", "gelöscht"))
@dataclass(frozen=True, slots=True)
class KeyDeleted:
    """It is gone; mails encrypted to it cannot be opened any more."""

    kind: str
    fingerprint: str
    name: str
    addresses: list[str]
    private: bool


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """One layer of a mail's protection, the outermost first; `verdict` is one of `models.Verdict`."""

    kind: str
    verdict: str
    name: str
    fingerprint: str
    by_sender: bool


TOLD = {
    "en": {
        "good": "{way} signature of {name} is good", "bad": "{way} signature is broken: the mail was changed or damaged",
        "expired": "{way} signature of {name}: its certificate or key had expired",
        "unknown": "{way} signature of {name}: nobody vouches for it",
        "withdrawn": "{way} signature of {name}: its certificate or key is withdrawn", "signed": "signed ({way}) by {name}",
        "opened": "was encrypted ({way}), opened with the key of {name}",
        "closed": "is encrypted ({way}) and cannot be read", "sealed": "encrypted ({way}) for {name}",
        "stranger": ", who is not the sender",
    },
    "de": {
        "good": "{way}-Signatur von {name} ist gültig",
        "bad": "{way}-Signatur ist gebrochen: die E-Mail wurde verändert oder beschädigt",
        "expired": "{way}-Signatur von {name}: Zertifikat oder Schlüssel war abgelaufen",
        "unknown": "{way}-Signatur von {name}: niemand bürgt dafür",
        "withdrawn": "{way}-Signatur von {name}: Zertifikat oder Schlüssel ist zurückgezogen",
        "signed": "signiert ({way}) von {name}", "opened": "war verschlüsselt ({way}), geöffnet mit dem Schlüssel von {name}",
        "closed": "ist verschlüsselt ({way}) und nicht lesbar", "sealed": "verschlüsselt ({way}) für {name}",
        "stranger": ", aber nicht vom Absender",
    },
}  # fmt: skip


def _layers(language: str, mail: str) -> Callable[[ProtectionRead], str]:
    words = TOLD[language]

    def told(layer: LayerRecord) -> str:
        text = words[layer.verdict].format(way=WAYS[layer.kind], name=layer.name or "–")
        return text + (words["stranger"] if layer.verdict == "good" and not layer.by_sender else "")

    return lambda payload: f"{mail} {'; '.join(told(each) for each in payload.layers)}"


@event("mail.protection", en=_layers("en", "mail:"), de=_layers("de", "E-Mail:"))
@dataclass(frozen=True, slots=True)
class ProtectionRead:
    """What the protection of an article's mail turned out to be, when it came, went, or was looked at again."""

    article: int
    layers: list[LayerRecord]
