"""What happens to texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klardesk.ledger import event

NOUNS = {
    "en": {
        "salutation": "salutation", "signature": "signature", "autoresponse": "automatic answer",
        "queuetexts": "texts of the queue", "template": "template",
    },
    "de": {
        "salutation": "Anrede", "signature": "Signatur", "autoresponse": "automatische Antwort",
        "queuetexts": "Texte der Queue", "template": "Vorlage",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextChange:
    """One value before and after."""

    name: str
    old: str
    new: str


def _saved(language: str, made: str, changed: str) -> Callable[[TextSaved], str]:
    def sentence(payload: TextSaved) -> str:
        names = ", ".join(change.name for change in payload.changes)
        word = made if payload.created else changed
        return f"{NOUNS[language][payload.noun]} „{payload.name}“ {word}: {names}"

    return sentence


@event("texts.saved", en=_saved("en", "created", "changed"), de=_saved("de", "angelegt", "geändert"))
@dataclass(frozen=True, slots=True)
class TextSaved:
    """A salutation, signature, automatic answer or template was made or changed, or the texts of a queue were chosen."""

    noun: str
    name: str
    created: bool
    changes: list[TextChange]
