"""The names of what the desk ships with, in the reader's language; what people named themselves stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from klardesk.tickets.models import State

SHIPPED = frozenset({
    _("new"), _("open"), _("pending reminder"), _("pending auto close+"), _("pending auto close-"),
    _("closed successful"), _("closed unsuccessful"), _("merged"), _("removed"),
    _("1 very low"), _("2 low"), _("3 normal"), _("4 high"), _("5 very high"),
})  # fmt: skip


def shown(name: object) -> str:
    """A state's or priority's name as the reader reads it."""
    text = str(name)
    return gettext(text) if text in SHIPPED else text


def shown_to_customers(state: State) -> str:
    """A state's name as customers read it: the one meant for them, else its own."""
    return state.customer_name or shown(state.name)


def shown_in(language: str, name: object) -> str:
    """The same in a given language, whatever the reader's is: for sentences that are written in that one."""
    with override(language):
        return shown(name)
