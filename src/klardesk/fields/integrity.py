"""Compare the values of fields with what the histories say. `klardesk verify` calls it under the name fields."""

from __future__ import annotations

from collections.abc import Iterator

from klardesk.fields.events import ArticleFieldsChanged, ValuesChanged
from klardesk.fields.models import Value
from klardesk.ledger.models import Event
from klardesk.ledger.verify import Finding, register_verifier
from klardesk.tickets.models import DeletedTicket

KINDS = (
    "ticket.fields_changed", "ticket.article_fields_changed", "person.fields_changed", "company.fields_changed",
)  # fmt: skip
Place = tuple[int, int]
"""A field's key and that of what it is a value of."""


def differences() -> Iterator[Finding]:
    """Each value that is not what the history of what it belongs to says."""
    told: dict[Place, tuple[str, list[str]]] = {}
    changes = Event.objects.filter(kind__in=KINDS).select_related("chain").order_by("chain", "sequence")
    for event in changes.iterator():
        payload = event.payload
        if isinstance(payload, ValuesChanged):
            key = payload.article if isinstance(payload, ArticleFieldsChanged) else int(event.chain.key)
            chain = f"{event.chain.kind}:{event.chain.key}"
            told |= {(one.field, key): (chain, [said.text for said in one.new]) for one in payload.changes}
    gone = {f"ticket:{key}" for key in DeletedTicket.objects.values_list("ticket_id", flat=True)} if told else set()
    stored = _stored()
    for place in sorted(told.keys() | stored.keys()):
        chain, expected = told.get(place, ("", []))
        found = stored.get(place, [])
        if expected != found and chain not in gone:
            detail = f"field {place[0]} of object {place[1]} is {found}, its history says {expected}"
            yield Finding("fields", "differs", detail, chain=chain or None)


def _stored() -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = {}
    rows = Value.objects.unscoped("verified").order_by("field_id", "object_id", "position")
    for field_id, key, text in rows.values_list("field_id", "object_id", "text").iterator():
        found.setdefault((field_id, key), []).append(text)
    return found


register_verifier("fields", differences)
