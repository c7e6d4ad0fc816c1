"""Saved views of the ticket list: name one, share it, begin with it, delete it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.models import Group
from klardesk.access.pages import DeskRequest, administrator_required, agent_required
from klardesk.access.policy import Refused
from klardesk.tickets import actions
from klardesk.tickets.filters import filters_of
from klardesk.tickets.models import SavedView
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.pages.filters import chips
from klardesk.tickets.pages.found import page
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.saved_views import columns_of, saved_query, start_of, view_of
from klardesk.web.jinja import query, url


class ViewForm(forms.Form):
    """A view: its name, with whom it is shared, whether the list begins with it. Of somebody else's the last alone."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=gettext_lazy("Shared with"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Agents who may read one of these groups see the view; of its tickets what their lists show."),
    )  # fmt: skip
    start = forms.BooleanField(label=gettext_lazy("My list of tickets begins with this view"), required=False)
    anew = forms.BooleanField(
        label=gettext_lazy("Take over filters, order and columns of the list from which I come"), required=False
    )

    def __init__(self, actor: Actor, view: SavedView, data: Any = None) -> None:
        begins = start_of(actor) == view if view.pk else False
        shared = list(view.groups.values_list("pk", flat=True)) if view.pk else []
        super().__init__(data, initial={"name": view.name, "groups": shared, "start": begins})
        groups = Group.objects.filter(pk__in=[*actor.groups_with("ro"), *shared]).order_by("name")
        self.fields["groups"].queryset = groups  # type: ignore[attr-defined]
        if view.owner_id != actor.person_id:
            del self.fields["name"], self.fields["groups"]
        if view.owner_id != actor.person_id or not view.pk:
            del self.fields["anew"]


@agent_required
class ViewPage(View):
    """/tickets/views/new/ and /tickets/views/<key>/: a view; the query of the address is the list from which one comes."""

    def get(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """The form."""
        view = _found(request, key)
        return self.show(request, view, ViewForm(request.actor, view))

    def post(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Keep the view and show its list."""
        view = _found(request, key)
        form = ViewForm(request.actor, view, request.POST)
        if not form.is_valid():
            return self.show(request, view, form, UNPROCESSABLE)
        try:
            self.keep(request, view, form.cleaned_data)
        except (Refused, NotPossible) as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, view, form, UNPROCESSABLE)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(url("ticket_list") + query({"saved": view.pk}))

    def keep(self, request: DeskRequest, view: SavedView, values: dict[str, Any]) -> None:
        """Call the actions with clean values."""
        actor = request.actor
        if view.owner_id == actor.person_id:
            view.name = " ".join(values["name"].split())
            if not view.pk or values["anew"]:
                view.query = saved_query(request.GET)
                view.columns = list(columns_of(actor, view if view.pk else None))
            actions.save_view(view, values["groups"], by=actor)
        actions.choose_start(view, values["start"], by=actor)

    def show(self, request: DeskRequest, view: SavedView, form: ViewForm, status: int = 200) -> HttpResponse:
        """Draw the form."""
        kept = QueryDict(view.query if view.pk else saved_query(request.GET))
        context = {
            "form": form, "view": view, "chips": chips(filters_of(kept), request.actor, kept),
            "own": view.owner_id == request.actor.person_id, "list_address": url("ticket_list") + query(request.GET),
        }  # fmt: skip
        return page(request, "tickets/view.html", context, status)


@agent_required
class ViewDeletion(View):
    """POST /tickets/views/<key>/deletion/: delete a view of one's own."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """The view itself, where its deletion is offered."""
        return HttpResponseRedirect(url("ticket_view", _found(request, key).pk))

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Delete it."""
        view = _found(request, key)
        actions.delete_view(view, by=request.actor)
        messages.success(request, _("The view “{name}” was deleted.").format(name=view.name))
        return HttpResponseRedirect(url("ticket_list") + query({"saved": 0}))


def _found(request: DeskRequest, key: int | None) -> SavedView:
    """A view that the actor sees, or a new one of the actor's own."""
    if key is None:
        return SavedView(owner=request.user)
    view = view_of(request.actor, key)
    if view is None:
        raise Http404
    return view


@administrator_required
class SharedViews(View):
    """GET /admin/views/: every view that somebody shares, with whom, to be deleted when nobody is left to do it."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The list."""
        shared = SavedView.objects.filter(groups__isnull=False).distinct().select_related("owner")
        views = shared.prefetch_related("groups").order_by("name", "pk")
        return page(request, "tickets/admin_views.html", {"views": views})


@administrator_required
class SharedViewDeletion(View):
    """POST /admin/views/<key>/deletion/: delete somebody's shared view."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """The list, where deletions are offered."""
        return HttpResponseRedirect(url("admin_views"))

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Delete it."""
        view = SavedView.objects.filter(pk=key, groups__isnull=False).first()
        if view is None:
            raise Http404
        actions.delete_view(view, by=request.actor)
        messages.success(request, _("The view “{name}” was deleted.").format(name=view.name))
        return HttpResponseRedirect(url("admin_views"))
