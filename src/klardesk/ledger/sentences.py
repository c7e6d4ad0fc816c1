"""The sentence a person reads about an event, in German or English."""

from __future__ import annotations

import logging
import string
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import formats, timezone, translation

from klardesk.ledger.registry import KINDS, GenericPayload

if TYPE_CHECKING:
    from klardesk.ledger.models import Event

log = logging.getLogger("klardesk.ledger")
_ERASED = {"en": "content erased on request {request}", "de": "Inhalt auf Antrag {request} gelöscht"}
_UNKNOWN = {"en": "recorded: {kind}", "de": "aufgezeichnet: {kind}"}
_YES = {"en": "yes", "de": "ja"}
_NO = {"en": "no", "de": "nein"}


def sentence(event: Event, language: str) -> str:
    """What happened, without the actor's name, in `de` or `en` (`de-at` reads as `de`, anything else as `en`).

    Moments are shown in the time zone in force. An erased event says on which request; one whose kind or shape the
    program does not know says its kind.
    """
    language = "de" if language.startswith("de") else "en"
    if event.payload is None:
        return _ERASED[language].format(request=event.erased_by)
    return of_payload(event.kind, event.payload, language)


def of_payload(kind: str, payload: Any, language: str) -> str:
    """The sentence of a payload; see `sentence`."""
    known = KINDS.get(kind)
    if known is None:
        return _UNKNOWN[language].format(kind=kind)
    template = known.sentences[language]
    if not callable(template):
        return _Formatter(language).vformat(template, (), _values(payload))
    if isinstance(payload, GenericPayload):
        return _UNKNOWN[language].format(kind=kind)
    try:
        with translation.override(language):
            return template(payload)
    except (LookupError, AttributeError, TypeError, ValueError):
        log.exception("the sentence of %s cannot be made", kind)  # the rest of the history must still be shown
        return _UNKNOWN[language].format(kind=kind)


def _values(payload: Any) -> Mapping[str, Any]:
    if isinstance(payload, GenericPayload):
        return payload.data
    return {field.name: getattr(payload, field.name) for field in fields(payload)}


class _Formatter(string.Formatter):
    """Fills in values as a person reads them; a field that an older event lacks is a dash."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        try:
            return super().get_field(field_name, args, kwargs)
        except (KeyError, AttributeError):
            return None, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return str(super().format_field(value, format_spec))
        return self._readable(value)

    def _readable(self, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return (_YES if value else _NO)[self.language]
        if isinstance(value, datetime):
            with translation.override(self.language):
                return str(formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))
        if isinstance(value, (list, tuple)):
            return ", ".join(self._readable(item) for item in value)
        return str(value)
