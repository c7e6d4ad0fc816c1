"""Administration of mail filters, and trying them on a mail."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.base import blobs
from klardesk.mail.filters.actions import delete_filter, move_filter, save_filter
from klardesk.mail.filters.forms import FilterForm, TrialForm
from klardesk.mail.filters.matching import Checked
from klardesk.mail.filters.models import Kind, MailFilter
from klardesk.mail.filters.trial import Trial, try_mail
from klardesk.mail.log.mails import kept_problem
from klardesk.mail.log.sentences import FOUND_BY, WAYS, problem_text
from klardesk.mail.models import IncomingMail
from klardesk.mail.receive.steering import known
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.pages.settings import SettingPage

LATEST = 30
OUTCOMES = {
    "empty": gettext_lazy("It would be ignored: it is empty."),
    "own": gettext_lazy("It would be ignored: the desk itself sent it."),
    "costly": gettext_lazy(
        "It would be listed under Mail problems: reading it takes more time or memory than one mail may have."
    ),
    "ignore": gettext_lazy("It would be ignored: a header or a filter asks for it."),
    "new": gettext_lazy("It would begin a new ticket."),
    "follow_up": gettext_lazy("It would be added to a ticket."),
    "reject": gettext_lazy("It would be added to a closed ticket, which stays closed; the sender is told."),
    "new_from_old": gettext_lazy("It would begin a new ticket, linked with the closed one it belongs to."),
}


def described(field: str, kind: str, value: str) -> str:
    """A condition as a person reads it."""
    return f"{field} {Kind(kind).label if kind in Kind.values else kind} “{value}”"


@administrator_required
class FilterList(View):
    """/admin/mail-filters/: all filters in their order."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show them."""
        rows = [
            {
                "filter": each,
                "conditions": [described(**item) for item in each.conditions],
                "values": [f"{item['field']}: {item['value']}" for item in each.values],
            }
            for each in MailFilter.objects.order_by("position", "name")
        ]
        return render(request, "mail/filters.html", {"rows": rows})


@administrator_required
class FilterPage(SettingPage):
    """/admin/mail-filters/new/ and /admin/mail-filters/<key>/."""

    model: ClassVar[type[models.Model]] = MailFilter
    form_class, list_name, new_title = FilterForm, "admin_mail_filters", gettext_lazy("New filter")

    def present(self, thing: Any) -> dict[str, Any]:
        """The filter with its rows."""
        rows = {} if thing is None else {"conditions": thing.conditions, "values": thing.values}
        return {**super().present(thing), **rows}

    def stored(self, thing: Any, form: django_forms.Form) -> bool:
        """The rows go with the form."""
        if isinstance(form, FilterForm):
            form.cleaned_data = form.chosen()
        return super().stored(thing, form)

    def create(self, values: dict[str, Any]) -> None:
        """Make one; it comes last."""
        save_filter(MailFilter(**values), by=self.request.actor)

    def change(self, thing: MailFilter, values: dict[str, Any]) -> None:
        """Change one."""
        for name, value in values.items():
            setattr(thing, name, value)
        save_filter(thing, by=self.request.actor)

    def show(self, thing: Any, form: django_forms.Form, status: int = 200) -> HttpResponse:
        """The form, and the fields that can be set."""
        names = sorted(f"X-Klardesk-{name}" for name in known())
        context = {"form": form, "filter": thing, "title": self.new_title, "known": names}
        return render(self.request, "mail/filter.html", context, status=status)


@administrator_required
class FilterOrder(View):
    """POST /admin/mail-filters/<key>/order/: `places` later, or earlier if negative."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Move it by one."""
        places = -1 if request.POST.get("places") == "-1" else 1
        move_filter(get_object_or_404(MailFilter, pk=key), places, by=request.actor)
        return HttpResponseRedirect(reverse("admin_mail_filters"))


@administrator_required
class FilterDeletion(View):
    """POST /admin/mail-filters/<key>/delete/."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Delete it."""
        delete_filter(get_object_or_404(MailFilter, pk=key), by=request.actor)
        messages.success(request, _("Deleted."))
        return HttpResponseRedirect(reverse("admin_mail_filters"))


@administrator_required
class FilterTrial(View):
    """/admin/mail-filters/try/: what would happen to a mail, and why. Nothing is stored."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form; `?mail=` names a kept mail."""
        return self._show(request, TrialForm(initial={"mail": request.GET.get("mail")}))

    def post(self, request: DeskRequest) -> HttpResponse:
        """The answer."""
        form = TrialForm(request.POST)
        trial = self._tried(form) if form.is_valid() else None
        return self._show(request, form, trial, 200 if trial else UNPROCESSABLE)

    def _tried(self, form: TrialForm) -> Trial | None:
        values = form.cleaned_data
        if not values["mail"]:
            return try_mail(values["source"].encode("utf-8", "surrogateescape"), values["mailbox"])
        kept = IncomingMail.objects.select_related("mailbox__queue", "queue").filter(pk=values["mail"]).first()
        try:
            raw = blobs.get(kept.digest) if kept else None
        except blobs.BlobMissing:
            raw = None
        if kept is None or raw is None:
            form.add_error("mail", _("There is no kept mail of this number."))
            return None
        return try_mail(raw, values["mailbox"] or kept.mailbox, kept.queue)

    def _show(
        self, request: DeskRequest, form: TrialForm, trial: Trial | None = None, status: int = 200
    ) -> HttpResponse:
        latest = IncomingMail.objects.select_related("mailbox", "ticket").order_by("-pk")[:LATEST]
        context: dict[str, Any] = {"form": form, "trial": trial, "latest": latest}
        if trial is not None:
            context |= {"outcome": OUTCOMES[trial.outcome], "found_by": FOUND_BY.get(trial.found_by, "")}
            context |= {
                "way": WAYS.get(trial.way, ""),
                "odd": [problem_text(kept_problem(each)) for each in trial.problems],
            }
            context["verdicts"] = [(each, [_told(item) for item in each.checked]) for each in trial.verdicts]
        return render(request, "mail/filter_trial.html", context, status=status)


def _told(item: Checked) -> dict[str, Any]:
    """A condition and what it was held against."""
    return {
        "condition": described(item.field, item.kind, item.value), "held": item.held, "problem": item.problem and _(item.problem),
        "text": _("not to be believed: the mailbox is not trusted") if item.text is None else item.text,
    }  # fmt: skip
