"""What an agent was told, and how they want to be told."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.automation.actions import choose_notifications, read_notifications
from klardesk.automation.forms import ChoiceForm
from klardesk.automation.models import Kind
from klardesk.automation.queries import choice_of, notifications_of, queues_to_choose
from klardesk.ledger.sentences import sentence
from klardesk.tickets.pages.lists import LAST_PAGE, PAGE, whole

TONES = {Kind.WARNED: "warning", Kind.ESCALATED: "danger", Kind.REMINDED: "accent"}
"""Of what falls due; the rest is drawn plainly."""


@agent_required
class NotificationList(View):
    """/notifications/: what the agent was told, the newest first; POST marks all as read."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show a page of it."""
        number = whole(request.GET, "page", LAST_PAGE) or 1
        rows = list(notifications_of(request.actor)[(number - 1) * PAGE : number * PAGE + 1])
        language = get_language() or "en"
        told = [(row, sentence(row.event, language), TONES.get(Kind(row.kind), "accent")) for row in rows[:PAGE]]
        context = {"told": told, "number": number, "more": len(rows) > PAGE and number < LAST_PAGE}
        return render(request, "automation/notifications.html", context)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Mark all as read."""
        read_notifications(by=request.actor)
        return HttpResponseRedirect(reverse("notification_list"))


@agent_required
class NotificationPage(View):
    """POST /notifications/<pk>/: the agent has read it; on to its ticket."""

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Mark it as read."""
        found = notifications_of(request.actor).filter(pk=pk).first()
        if found is None:
            raise Http404
        read_notifications(by=request.actor, only=pk)
        here = reverse("notification_list")
        return HttpResponseRedirect(here if "stay" in request.POST else reverse("ticket", args=[found.ticket_id]))


@agent_required
class ChoicePage(View):
    """/account/notifications/: how the agent wants to be told; the account page shows the same form."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form alone."""
        return _choice(request, choice_form(request))

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep what was chosen."""
        form = ChoiceForm(request.POST, queues=queues_to_choose(request.actor))
        if not form.is_valid():
            return _choice(request, form, status=400)
        choose_notifications(request.user, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Your choice of notifications is saved."))
        return HttpResponseRedirect(reverse("account"))


def choice_form(request: DeskRequest) -> ChoiceForm:
    """The form with what the agent has chosen."""
    initial = ChoiceForm.values_of(choice_of(request.actor.key))
    return ChoiceForm(initial=initial, queues=queues_to_choose(request.actor))


def _choice(request: DeskRequest, form: ChoiceForm, status: int = 200) -> HttpResponse:
    return render(request, "automation/choice.html", {"form": form}, status=status)
