"""Changing many tickets at once: the mask, what it would do with each, and then one after the other."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.access.policy import Refused
from klardesk.base.options import option
from klardesk.tickets import actions
from klardesk.tickets.bulk import Foreseen, Foresight, chosen_tickets, done_in
from klardesk.tickets.forms import BulkForm
from klardesk.tickets.models import Ticket
from klardesk.tickets.own import forget_toolbar
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.pages.found import page
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible
from klardesk.tickets.queries import visible_ids
from klardesk.web.jinja import url

log = logging.getLogger(__name__)
MOST = 200
"""More tickets than a form names are no longer looked at one by one."""
CHUNK = 25
"""How many tickets one request of the script changes; the next one follows when it is answered."""
LONGEST_KEY = 18
RUN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one ticket; `tone` is good, neutral or warning. `reachable`: whether it is still the actor's to see."""

    ticket: Ticket
    tone: str
    sentence: str
    reachable: bool = True


def chosen(parameters: QueryDict) -> dict[int, int | None]:
    """The tickets that a form names, by key, with the revision at which each was seen if it says so.

    Each is `12` or `12-7`; whatever is not is passed over. Refused if they are more than MOST.
    """
    found: dict[int, int | None] = {}
    for word in parameters.getlist("ticket"):
        key, _dash, revision = word.partition("-")
        if _is_whole(key):
            found[int(key)] = int(revision) if _is_whole(revision) else None
    if len(found) > MOST:
        raise Refused(_("At most {most} tickets can be changed at once.").format(most=MOST))
    return found


@agent_required
class BulkPage(View):
    """/tickets/bulk/: GET shows the mask for the chosen tickets (`ticket`), POST what it would do with each of them."""

    request: DeskRequest

    def get(self, request: DeskRequest) -> HttpResponse:
        """The mask."""
        keys = chosen(request.GET)
        tickets = chosen_tickets(list(keys), request.actor)
        return self.mask(tickets, BulkForm(request.actor) if tickets else None)

    def post(self, request: DeskRequest) -> HttpResponse:
        """The preview; nothing is changed. `again` leads back to the mask with all that was entered."""
        seen = chosen(request.POST)
        tickets = chosen_tickets(list(seen), request.actor)
        form = BulkForm(request.actor, request.POST)
        if not tickets or "again" in request.POST:
            return self.mask(tickets, form)
        if not form.is_valid():
            return self.mask(tickets, form, UNPROCESSABLE)
        foresight = Foresight(tickets, form.wanted, request.actor)
        foreseen = [foresight.of(ticket, seen[ticket.pk]) for ticket in tickets]
        context = {
            "foreseen": foreseen, "happening": sum(one.happens for one in foreseen), "form": form,
            "hidden": list(_kept(request.POST, form)), "marks": [_mark(ticket) for ticket in tickets],
            "run": secrets.token_hex(16),
        }  # fmt: skip
        return page(request, "tickets/bulk_preview.html", context | list_behind(request.POST))

    def mask(self, tickets: Sequence[Ticket], form: BulkForm | None, status: int = 200) -> HttpResponse:
        """The mask with the tickets that are chosen; without any, a word about how to choose."""
        marks = [(_mark(ticket), ticket) for ticket in tickets]
        parameters = self.request.POST or self.request.GET
        return page(
            self.request, "tickets/bulk.html", {"marks": marks, "form": form, **list_behind(parameters)}, status
        )


@agent_required
class BulkChanges(BulkPage):
    """/tickets/bulk/changes/: POST changes the tickets, each by itself.

    With htmx the first CHUNK of them; the answer sends the others after. Without it all. What comes again under the key of
    the same `run`, since its answer was lost, is done once.
    """

    def post(self, request: DeskRequest) -> HttpResponse:
        """Change them, and tell of each what became of it."""
        seen = chosen(request.POST)
        form = BulkForm(request.actor, request.POST)
        if not form.is_valid():
            return self.mask(chosen_tickets(list(seen), request.actor), form, UNPROCESSABLE)
        stepwise = request.headers.get("HX-Request") == "true"
        now = list(seen)[:CHUNK] if stepwise else list(seen)
        rest = list(seen)[len(now) :]
        run = _run(request.POST)
        results = self.change(now, seen, form, run)
        done, changed = _count(request.POST, "done"), _count(request.POST, "changed")
        context = {
            "results": results, "done": done + len(now), "total": done + len(seen), "first": done == 0,
            "changed": changed + sum(one.tone == "good" for one in results),
            "unchanged": _count(request.POST, "unchanged") + sum(one.tone != "good" for one in results),
            "rest": [f"{key}-{seen[key]}" if seen[key] is not None else str(key) for key in rest],
            "hidden": list(_kept(request.POST, form)), "run": run, "undoable": bool(option("ticket.undo_seconds")),
            **list_behind(request.POST),
        }  # fmt: skip
        context["summary"] = _summary(context["changed"], context["unchanged"])
        return page(request, "tickets/bulk_step.html" if stepwise else "tickets/bulk_result.html", context)

    def change(self, keys: Sequence[int], seen: dict[int, int | None], form: BulkForm, run: str) -> list[Result]:
        """Change those of these tickets that the actor may open; others are not there."""
        actor, wanted = self.request.actor, form.wanted
        tickets = chosen_tickets(keys, actor)
        foresight = Foresight(tickets, wanted, actor)
        done = done_in(run, actor, keys)
        results = [
            Result(ticket, "good", _("Changed."))
            if ticket.pk in done
            else self.change_one(foresight.of(ticket), wanted, seen[ticket.pk], run)
            for ticket in tickets
        ]
        if wanted.read is not None:
            forget_toolbar(actor)
        reachable = visible_ids([one.ticket.pk for one in results], actor)
        return [Result(one.ticket, one.tone, one.sentence, one.ticket.pk in reachable) for one in results]

    def change_one(self, foreseen: Foreseen, wanted: actions.BulkChange, revision: int | None, run: str) -> Result:
        """Change one ticket; what fails is told and stops nothing else."""
        ticket = foreseen.ticket
        if not foreseen.parts:
            return Result(ticket, "neutral", _("There was nothing to change."))
        if foreseen.refusals:
            return Result(ticket, "warning", " ".join(foreseen.refusals))
        try:
            actions.apply_bulk(ticket, wanted, self.request.user, by=self.request.actor, revision=revision, run=run)
        except ChangedMeanwhile:
            # The same request may have come twice at once, and the other one been first.
            if done_in(run, self.request.actor, [ticket.pk]):
                return Result(ticket, "good", _("Changed."))
            return Result(ticket, "warning", _("It was changed meanwhile, so it was left as it is."))
        except (Refused, NotPossible) as refusal:
            return Result(ticket, "warning", str(refusal))
        except Ticket.DoesNotExist:
            return Result(ticket, "warning", _("It is no longer yours to see."))
        except OperationalError:
            log.exception("ticket %s was not changed with others", ticket.pk)
            return Result(ticket, "warning", _("The database was too busy. Please try again."))
        return Result(ticket, "good", _("Changed."))


def _run(data: QueryDict) -> str:
    """The key of the run that a form names; a new one if it names none."""
    word = data.get("run", "")
    return word if RUN.fullmatch(word) else secrets.token_hex(16)


def _mark(ticket: Ticket) -> str:
    return f"{ticket.pk}-{ticket.revision}"


def _kept(data: QueryDict, form: BulkForm) -> Iterator[tuple[str, str]]:
    """All that was entered, for the next form."""
    for name in form.fields:
        for value in data.getlist(name):
            yield name, value


def list_behind(parameters: QueryDict) -> dict[str, Any]:
    """The list from which one came, by the query of its address alone."""
    words = parameters.get("back", "")
    query = QueryDict(words[:4000]).urlencode()
    return {"back": words, "list_address": url("ticket_list") + (f"?{query}" if query else "")}


def _count(data: QueryDict, name: str) -> int:
    word = data.get(name, "")
    return int(word) if _is_whole(word) and len(word) < 5 else 0


def _is_whole(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= LONGEST_KEY


def _summary(changed: int, unchanged: int) -> str:
    first = ngettext("{count} ticket was changed.", "{count} tickets were changed.", changed).format(count=changed)
    if not unchanged:
        return first
    return (
        first
        + " "
        + ngettext("{count} was not; its line says why.", "{count} were not; their lines say why.", unchanged).format(
            count=unchanged
        )
    )
