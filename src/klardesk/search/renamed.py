"""What a field calls its values has changed: the documents of whatever has a value of it are made anew.

The field waits in rows (`Progress`) that are written with the change and say how far the sweep has come; then they go.
Each field is gone through twice, in two runs: somebody may have chosen a value by its old name while the first was under
way, and committed it behind its back. What a document says already costs no writing, so that the second is short.

Values of articles stand in no document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from klardesk.fields.definitions import definitions
from klardesk.fields.models import Subject
from klardesk.fields.queries import bearers, searchable
from klardesk.jobs import wake
from klardesk.ledger import subscribe
from klardesk.people.models import Company, Person, Realm
from klardesk.search import index, known
from klardesk.search.models import Document, Progress
from klardesk.tickets.models import Ticket

SWEEP = "search.fields"
TURNS = (1, 2)
SEARCHED = frozenset({"choices", "valid"})
"""Settings of a field by which what has its values is found."""
AT_ONCE = 200
"""Tickets, customers or companies that are looked at together."""
ROUND = 20
"""So often in one run; other sweeps have their turn then."""


def follow() -> None:
    """Hear of fields that change."""
    subscribe("fields.field_saved", _note, in_transaction=True)


def _note(event: Any) -> None:
    """Have what bears the field gone through, from the first on, wherever the sweep is just now."""
    changed = {one.name for one in event.payload.changes}
    field = definitions.get().by_key.get(int(event.chain.key))
    if event.payload.created or not changed & SEARCHED or field is None or field.subject not in _ANEW:
        return
    for turn in TURNS:
        Progress.objects.update_or_create(pk=f"{SWEEP}.{field.pk}.{turn}", defaults={"last": 0})
    wake(SWEEP)


def run_renamed(stop_asked: Callable[[], bool]) -> int:
    """Go on with each field that waits; returns how many documents were made anew."""
    waiting = Progress.objects.filter(pk__startswith=f"{SWEEP}.").order_by("pk")
    turns = dict[str, Progress]()
    for row in waiting:
        turns.setdefault(row.name.rpartition(".")[0], row)
    return sum(_go_on(row, stop_asked) for row in turns.values())


def _go_on(row: Progress, stop_asked: Callable[[], bool]) -> int:
    field_id, last, done = int(row.name.split(".")[-2]), row.last, 0
    subject = Subject(definitions.get().by_key[field_id].subject)
    for _turn in range(ROUND):
        if stop_asked():
            return done
        batch = bearers(field_id, last, AT_ONCE)
        done += _ANEW[subject](batch)
        at_hand = Progress.objects.filter(pk=row.name, last=last)  # it is another one if the field was changed again
        if len(batch) < AT_ONCE:
            at_hand.delete()
            return done
        if not at_hand.update(last=batch[-1]):
            return done
        last = batch[-1]
    wake(SWEEP)
    return done


def _tickets(keys: Sequence[int]) -> int:
    return sum(_made_anew(key) for key in _outdated(keys))


def _outdated(keys: Sequence[int]) -> list[int]:
    """Those of the tickets whose document says something else than their fields; three queries."""
    texts = searchable(Subject.TICKET, keys)
    there = dict(Document.objects.filter(
        ticket__in=keys, article=None, visible_to_customer=False
    ).values_list("ticket_id", "words"))  # fmt: skip
    tickets = Ticket.all_rows.filter(pk__in=keys).order_by("pk").only("number", "title")
    wanted = {one.pk: index.field_document(one, texts[one.pk]).words if texts.get(one.pk) else None for one in tickets}
    return [key for key, words in wanted.items() if words != there.get(key)]


def _made_anew(ticket_id: int) -> bool:
    """Make a document anew while nobody else changes its ticket; False if that is gone."""
    with transaction.atomic():
        there = Ticket.all_rows.select_for_update().filter(pk=ticket_id).first()
        if there is not None:
            index.index_fields(ticket_id)
    return there is not None


def _people(keys: Sequence[int]) -> int:
    return known.refresh(Person.objects.filter(realm=Realm.CUSTOMER, pk__in=keys))


def _companies(keys: Sequence[int]) -> int:
    return known.refresh(Company.objects.filter(pk__in=keys))


_ANEW: dict[Subject, Callable[[Sequence[int]], int]] = {
    Subject.TICKET: _tickets, Subject.PERSON: _people, Subject.COMPANY: _companies,
}  # fmt: skip
"""By what a field belongs to: how the documents of some of these are made anew; gives how many."""
