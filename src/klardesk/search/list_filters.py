"""Words in tickets, and in the fields of their articles, as filters of ticket lists."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy

from klardesk.search.engines import engine
from klardesk.search.question import Node, Term, parsed, signed
from klardesk.search.texts import marked
from klardesk.search.vocabulary import mapped, widened
from klardesk.tickets.filter_kinds import text
from klardesk.tickets.slots import Text, register_list_filter

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

FIELDS: dict[str, Text] = {
    "subject": gettext_lazy("Subject"), "from": gettext_lazy("From"), "to": gettext_lazy("To"), "cc": gettext_lazy("Cc"),
    "file": gettext_lazy("Attachment's name"),
}  # fmt: skip
"""Keys of `texts.MARKS`."""


def register() -> None:
    """Put them into the slot of ticket lists."""
    register_list_filter(
        text("words", gettext_lazy("Words in the ticket"), partial(answered, field=""), order=2),
        *(
            text(f"article_{field}", label, partial(answered, field=field), order=5)
            for field, label in FIELDS.items()
        ),
    )  # fmt: skip


def answered(question: str, actor: Actor, field: str) -> Q:
    """Tickets one of whose documents answers the question, in this field alone if there is one; a question without a word
    narrows nothing.
    """
    tree = parsed(question)
    if tree is None:
        return Q()
    wide, _too_many = widened(tree)
    wanted, plain = signed(_of_field(wide, field))
    limit = "d.visible_to_customer" if actor.kind == "customer" else "1 = 1"
    sql, parameters = engine().tickets(engine().question(plain), limit)
    found = Q(pk__in=RawSQL(sql, parameters))  # noqa: S611 - the engine's own, its values apart
    return found if wanted else ~found


def _of_field(node: Node, field: str) -> Node:
    return mapped(node, lambda term: _marked(term, field)) if field else node


def _marked(term: Term, field: str) -> Term:
    words, others = (tuple(marked(field, word) for word in each) for each in (term.words, term.others))
    return replace(term, words=words, others=others)
