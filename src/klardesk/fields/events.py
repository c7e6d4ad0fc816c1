"""What happens to fields, to masks, and to the values that people enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klardesk.fields import kinds
from klardesk.ledger import ChainRef, event
from klardesk.tickets.replay import changes_ticket

SETTINGS = {
    "en": {
        "name": "internal name", "subject": "belongs to", "kind": "kind", "label_en": "label in English",
        "label_de": "label in German", "help_en": "help in English", "help_de": "help in German", "choices": "values",
        "none_possible": "may be left empty", "default": "default", "pattern": "pattern", "message_en": "message in English",
        "message_de": "message in German", "link": "link template", "portal": "in the portal", "order": "place", "valid": "valid",
    },
    "de": {
        "name": "interner Name", "subject": "gehört zu", "kind": "Art", "label_en": "Beschriftung englisch",
        "label_de": "Beschriftung deutsch", "help_en": "Hilfe englisch", "help_de": "Hilfe deutsch", "choices": "Werte",
        "none_possible": "darf leer bleiben", "default": "Standard", "pattern": "Prüfung", "message_en": "Meldung englisch",
        "message_de": "Meldung deutsch", "link": "Link-Vorlage", "portal": "im Portal", "order": "Platz", "valid": "gültig",
    },
}  # fmt: skip
MASKS = {
    "en": {
        "phone": "new ticket by phone", "reply": "reply", "note": "note", "close": "change of state, closing",
        "fields": "fields of a ticket", "portal_new": "portal: new ticket", "portal_answer": "portal: answer",
        "person": "customer", "company": "company",
    },
    "de": {
        "phone": "neues Telefon-Ticket", "reply": "Antworten", "note": "Notiz", "close": "Statuswechsel, Schließen",
        "fields": "Felder eines Tickets", "portal_new": "Portal: neues Ticket", "portal_answer": "Portal: Antwort",
        "person": "Kunde", "company": "Firma",
    },
}  # fmt: skip


def field_chain(field_id: int) -> ChainRef:
    """The history of a field."""
    return ChainRef("field", field_id)


def mask_chain(mask: str) -> ChainRef:
    """The history of a mask."""
    return ChainRef("fieldmask", mask)


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting before and after, as text."""

    name: str
    old: str
    new: str


def _saved(language: str, made: str, changed: str) -> Callable[[FieldSaved], str]:
    def sentence(payload: FieldSaved) -> str:
        names = SETTINGS[language]
        told = "; ".join(
            f"{names.get(one.name, one.name)}: {one.old or '–'} → {one.new or '–'}" for one in payload.changes
        )
        return f"{(made if payload.created else changed).format(name=payload.name)} {told}"

    return sentence


@event(
    "fields.field_saved",
    en=_saved("en", "Field “{name}” created:", "Field “{name}” changed:"),
    de=_saved("de", "Feld „{name}“ angelegt:", "Feld „{name}“ geändert:"),
)
@dataclass(frozen=True, slots=True)
class FieldSaved:
    """A field was made or changed, retired or restored."""

    name: str
    created: bool
    changes: list[SettingChange]


@dataclass(frozen=True, slots=True)
class MaskEntry:
    """A field on a mask."""

    field: int
    name: str
    mandatory: bool


def _mask(language: str, sentence: str, mark: str, nothing: str) -> Callable[[MaskSaved], str]:
    def told(payload: MaskSaved) -> str:
        names = ", ".join(f"{one.name} ({mark})" if one.mandatory else one.name for one in payload.new) or nothing
        return f"{sentence.format(mask=MASKS[language].get(payload.mask, payload.mask))} {names}"

    return told


@event(
    "fields.mask_saved",
    en=_mask("en", "Fields on the mask “{mask}”:", "mandatory", "none"),
    de=_mask("de", "Felder auf der Maske „{mask}“:", "Pflicht", "keine"),
)
@dataclass(frozen=True, slots=True)
class MaskSaved:
    """Other fields stand on a mask, in this order."""

    mask: str
    old: list[MaskEntry]
    new: list[MaskEntry]


@dataclass(frozen=True, slots=True)
class Said:
    """A value as it is stored, and what it was called at the time in both languages."""

    text: str
    en: str
    de: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """The values of one field before and after. `en` and `de` are its labels at the time."""

    field: int
    name: str
    kind: str
    en: str
    de: str
    old: list[Said]
    new: list[Said]


def _changed(language: str, sentence: str = "") -> Callable[[ValuesChanged], str]:
    def told(payload: ValuesChanged) -> str:
        changes = "; ".join(
            f"{getattr(one, language)}: {_words(one.kind, one.old, language)} → {_words(one.kind, one.new, language)}"
            for one in payload.changes
        )
        return sentence + changes

    return told


def _words(kind: str, said: list[Said], language: str) -> str:
    return ", ".join(getattr(one, language) or kinds.plain(kind, one.text) for one in said) or "–"


@dataclass(frozen=True, slots=True)
class ValuesChanged:
    """Values of fields were entered, changed or taken away."""

    changes: list[ValueChange]


@changes_ticket
@event("ticket.fields_changed", en=_changed("en"), de=_changed("de"))
@dataclass(frozen=True, slots=True)
class TicketFieldsChanged(ValuesChanged):
    """Values of a ticket."""


@changes_ticket
@event("ticket.article_fields_changed", en=_changed("en", "At the article: "), de=_changed("de", "Am Artikel: "))
@dataclass(frozen=True, slots=True)
class ArticleFieldsChanged(ValuesChanged):
    """Values of an article of the ticket."""

    article: int


@event("person.fields_changed", en=_changed("en"), de=_changed("de"))
@dataclass(frozen=True, slots=True)
class PersonFieldsChanged(ValuesChanged):
    """Values of a person."""


@event("company.fields_changed", en=_changed("en"), de=_changed("de"))
@dataclass(frozen=True, slots=True)
class CompanyFieldsChanged(ValuesChanged):
    """Values of a company."""
