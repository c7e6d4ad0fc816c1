"""A ticket's service and due times, and the administration of services, SLAs, targets and rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required, agent_required
from klardesk.sla import forms
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.clocks import Clock
from klardesk.sla.models import SLA, EscalationRules, QueueTargets, Service
from klardesk.sla.queries import COUNTED, Period, due_counts, due_rows, escalation_rules, targets_of_queues
from klardesk.sla.reckoning import Reckoned, reckon
from klardesk.sla.slots import tone_of
from klardesk.sla.tell import LABELS, due_text, told
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Queue
from klardesk.tickets.pages.change import ChangePage
from klardesk.tickets.pages.found import docked, find_ticket, page
from klardesk.tickets.pages.lists import LAST_PAGE, PAGE, Pager, table_context, whole
from klardesk.tickets.pages.settings import SettingPage, SettingsList
from klardesk.web.jinja import query

PERIODS = {
    Period.ESCALATED: _("Escalated"), Period.TODAY: _("Due today"), Period.TOMORROW: _("Due tomorrow"),
    Period.WEEK: _("Due within a week"),
}  # fmt: skip


@agent_required
class ServicePage(ChangePage):
    """/tickets/<id>/service/: the service and the SLA of a ticket."""

    verb, form_class, template = "service", forms.TicketServiceForm, "sla/service_fields.html"
    title, symbol = _("Service and SLA"), "layers"

    def perform(self, form: forms.TicketServiceForm, files: tuple[NewAttachment, ...]) -> None:
        """Change both."""
        values = form.cleaned_data
        change_service(
            form.ticket, values["service"], values.get("sla"), by=self.request.actor, revision=values["revision"]
        )


@agent_required
class DuePage(View):
    """GET /tickets/<id>/due/: when something is due on the ticket, and how that came about."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Tell it; in the dock of the ticket's page for htmx."""
        ticket = find_ticket(request.actor, ticket_id)
        context = {"ticket": ticket, "clocks": _told(reckon(ticket.pk))}
        return page(request, "sla/due_panel.html" if docked(request) else "sla/due.html", context)


@agent_required
class DueList(View):
    """GET /tickets/due/: the tickets that are due in a period, what is due first at the top."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show a page of them, with how many each period has."""
        wanted, number = request.GET.get("period", ""), whole(request.GET, "page", LAST_PAGE) or 1
        period = Period(wanted) if wanted in list(Period) else Period.ESCALATED
        rows = due_rows(request.actor, period, start=(number - 1) * PAGE, count=PAGE + 1)
        pager = Pager(rows[:PAGE], number, len(rows) > PAGE and number < LAST_PAGE)
        counts = due_counts(request.actor)
        periods = [
            {"label": label, "href": query({"period": key.value}), "current": key == period, "count": counts[key]}
            for key, label in PERIODS.items()
        ]
        context = {**table_context(pager, request), "periods": periods, "counted": COUNTED}
        return page(request, "sla/due_list.html", context)


def _told(reckoned: Reckoned) -> list[dict[str, Any]]:
    clocks = [(which, reckoned.clocks[which]) for which in Clock]
    return [
        {
            "label": LABELS[which], "due": due_text(due) if due.due else "", "sentences": told(reckoned, which),
            "tone": tone_of(due.due, due.notify, bool(due.grace), reckoned.now),
        }
        for which, due in clocks
    ]  # fmt: skip


class _SettingPage(SettingPage):
    """The form of one setting of this room; `lists` are the fields whose rows stand in tables of their own."""

    lists: ClassVar[tuple[str, ...]] = ()
    note: ClassVar[str | Promise] = ""

    def present(self, thing: Any) -> dict[str, Any]:
        """The thing's values, lists as lists."""
        if thing is None:
            return {}
        rows = {name: list(getattr(thing, name).all()) if thing.pk else [] for name in self.lists}
        names = [name for name in self.form_class.base_fields if name not in self.lists]
        return {**{name: getattr(thing, name) for name in names}, **rows}

    def create(self, values: dict[str, Any]) -> None:
        """Make one."""
        self.change(self.model(), values)

    def change(self, thing: Any, values: dict[str, Any]) -> None:
        """Change one."""
        lists = {name: list(values.pop(name)) for name in self.lists}
        for name, value in values.items():
            setattr(thing, name, value)
        save_setting(thing, by=self.request.actor, **lists)

    def show(self, thing: Any, form: Form, status: int = 200) -> HttpResponse:
        """The form with its title, what is to be known about it, and the way back."""
        title = thing.name if thing is not None else self.new_title
        context = {"form": form, "title": title, "back": reverse(self.list_name), "note": self.note}
        return page(self.request, "sla/setting.html", context, status)


@administrator_required
class ServiceList(SettingsList):
    """/admin/services/."""

    model, template = Service, "sla/services.html"


@administrator_required
class ServiceSettings(_SettingPage):
    """/admin/services/new/ and …/<key>/."""

    model: ClassVar[type[models.Model]] = Service
    form_class, list_name, new_title = forms.ServiceForm, "admin_services", _("New service")
    lists = ("customers", "companies")


@administrator_required
class SLAList(SettingsList):
    """/admin/slas/."""

    model, template, related = SLA, "sla/slas.html", ("calendar",)


@administrator_required
class SLASettings(_SettingPage):
    """/admin/slas/new/ and …/<key>/."""

    model: ClassVar[type[models.Model]] = SLA
    form_class, list_name, new_title = forms.SLAForm, "admin_slas", _("New SLA")
    lists = ("services",)
    note = _("A ticket with an SLA goes by the SLA alone: what is 0 here is not owed, even if its queue has a target.")


@administrator_required
class TargetsList(View):
    """GET /admin/targets/: every queue with what is promised in it."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show them."""
        return page(request, "sla/targets.html", {"queues": targets_of_queues()})


@administrator_required
class QueueTargetsPage(_SettingPage):
    """/admin/targets/<key of the queue>/."""

    model: ClassVar[type[models.Model]] = QueueTargets
    form_class, list_name, new_title = forms.TargetsForm, "admin_targets", _("Targets of the queue")
    note = _("These count for tickets of the queue that have no SLA.")

    def find(self, key: int | None) -> QueueTargets:
        """The targets of this queue, or new ones."""
        queue = Queue.objects.filter(pk=key or 0).first()
        if queue is None:
            raise Http404
        return QueueTargets.objects.filter(queue=queue).select_related("queue").first() or QueueTargets(queue=queue)


@administrator_required
class RulesPage(_SettingPage):
    """/admin/escalation/."""

    model: ClassVar[type[models.Model]] = EscalationRules
    form_class, list_name, new_title = forms.RulesForm, "admin_escalation", _("Rules of escalation")
    lists = ("suspending",)
    note = _("They count for all tickets. After a change all due times are reckoned anew in the background.")

    def find(self, key: int | None) -> EscalationRules:
        """The one row."""
        return escalation_rules()
