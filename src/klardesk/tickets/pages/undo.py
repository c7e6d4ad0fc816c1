"""Undo: a link for some seconds after a change, by which whoever made it takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.access.policy import Refused
from klardesk.base.options import option
from klardesk.tickets.actions.undo import changed_values, undo_changes
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.found import find_ticket, page
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.slots import undo_steps
from klardesk.web.slots import keys_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from klardesk.access.actor import Actor

TOKEN, BEFORE, AFTER = "token", "before", "after"
GRACE = 60
"""Seconds for which the link works after it is no longer shown: somebody may read slowly, and a mail has its own end."""


def offer(request: DeskRequest, ticket: Ticket, said: str, before: Mapping[str, Any], steps: Mapping[str, Any]) -> None:
    """Say what was done, with a link that takes it back if there is anything to take back.

    `steps` are what other rooms' steps need, by their names (`slots.register_undo_step`).
    """
    was, now = changed_values(before, ticket)
    seconds = option("ticket.undo_seconds")
    if not seconds or not (was or steps):
        messages.success(request, said)
        return
    token = signing.dumps({"ticket": ticket.pk, BEFORE: was, AFTER: now, **steps}, salt=_salt(request.actor))
    messages.success(request, _with_link(said, ticket, token, seconds))


def _with_link(said: str, ticket: Ticket, token: str, seconds: int) -> SafeString:
    address = f"{reverse('ticket_undo', args=[ticket.pk])}?{urlencode({TOKEN: token})}"
    link = (
        '<a class="button button-small button-default" data-undo="{}" data-shortcut="{}" href="{}" hx-post="{}">{}</a>'
    )
    return format_html(f"{{}} {link}", said, seconds, keys_of("ticket_undo"), address, address, _("Undo"))


@agent_required
class UndoPage(View):
    """/tickets/<id>/undo/?token=: the question for a browser without script; POST takes it back."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Ask."""
        ticket = find_ticket(request.actor, ticket_id)
        context = {"ticket": ticket, "token": request.GET.get(TOKEN, ""), "known": _known(request, ticket) is not None}
        return page(request, "tickets/undo.html", context)

    def post(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Take it back, as the one who did it."""
        from klardesk.tickets.pages.change import go_to

        ticket = find_ticket(request.actor, ticket_id)
        known = _known(request, ticket)
        if known is None:
            messages.error(request, _("It is too late to undo this."))
            return go_to(request, reverse("ticket", args=[ticket.pk]))
        try:
            steps, target = _undo_steps(ticket, known, request.actor)
        except (NotPossible, Refused) as refusal:
            messages.error(request, str(refusal))
            return go_to(request, reverse("ticket", args=[ticket.pk]))
        try:
            undo_changes(ticket, known[BEFORE], known[AFTER], by=request.actor)
            messages.success(request, _("Undone."))
        except (NotPossible, Refused) as refusal:
            said = _("Undone, but for one thing: %(why)s") % {"why": refusal} if steps else str(refusal)
            messages.error(request, said)
        return go_to(request, target or reverse("ticket", args=[ticket.pk]))


def _undo_steps(ticket: Ticket, known: dict[str, Any], by: Actor) -> tuple[int, str]:
    """Each step in turn, before any value: a mail leaves in seconds. Gives how many, and the address to go to, if any."""
    target, there = "", [(name, step) for name, step in undo_steps().items() if name in known]
    for name, step in there:
        target = step(ticket, known[name], by=by) or target
    return len(there), target


def _known(request: DeskRequest, ticket: Ticket) -> dict[str, Any] | None:
    token = request.POST.get(TOKEN) or request.GET.get(TOKEN, "")
    try:
        known: dict[str, Any] = signing.loads(
            token, salt=_salt(request.actor), max_age=option("ticket.undo_seconds") + GRACE
        )
    except signing.BadSignature:
        return None
    return known if known["ticket"] == ticket.pk else None


def _salt(actor: Actor) -> str:
    return f"klardesk.undo.{actor.kind}.{actor.person_id}"
