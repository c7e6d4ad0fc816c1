"""The access tokens of all agents, for administrators. No page shows a token's secret: the desk does not have it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.people import queries
from klardesk.people.actions import tokens
from klardesk.people.gates import DeskRequest, administrator_required
from klardesk.people.models import AccessToken, Person, Realm
from klardesk.people.pages.lists import page_of, words_of
from klardesk.people.slots import token_scopes
from klardesk.web.parts import Column


class RevokeForm(forms.Form):
    """Why somebody's token shall end."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It is kept in the history of the token's owner."),
    )


@administrator_required
class ListPage(View):
    """/admin/tokens/: all that work now."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Searched, sorted, paged, with `person` of one agent alone; two queries, and one for that agent."""
        words, sort, owner = words_of(request), request.GET.get("sort", "owner"), _owner(request)
        page = page_of(request, queries.tokens_list(words, sort, owner.pk if owner else None))
        context = {
            "page": page,
            "words": words,
            "sort": sort,
            "owner": owner,
            "columns": _columns(),
            "labels": _labels(),
        }
        return render(request, "people/issued_tokens.html", context)


@administrator_required
class TokenPage(View):
    """/admin/tokens/<id>/: one of them, and how it ends."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """What it is, and the question why."""
        return self._page(request, _token(key), RevokeForm())

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Revoke it."""
        row, form = _token(key), RevokeForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form, 400)
        try:
            tokens.revoke_token(row.person, row.pk, by=request.actor, reason=form.cleaned_data["reason"])
        except AccessToken.DoesNotExist as error:
            raise Http404 from error
        told = _("The token “{name}” of {owner} works no longer.")
        messages.success(request, told.format(name=row.name, owner=row.person.full_name))
        return HttpResponseRedirect(reverse("admin_tokens"))

    def _page(self, request: DeskRequest, row: AccessToken, form: RevokeForm, status: int = 200) -> HttpResponse:
        context = {"token": row, "form": form, "labels": _labels()}
        return render(request, "people/issued_token.html", context, status=status)


def _token(key: int) -> AccessToken:
    return get_object_or_404(queries.live_tokens().select_related("person"), pk=key)


def _owner(request: DeskRequest) -> Person | None:
    """The agent asked for by `?person=`."""
    asked = request.GET.get("person", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    return get_object_or_404(Person, pk=int(asked), realm=Realm.AGENT)


def _labels() -> dict[str, object]:
    return {scope.name: scope.label for scope in token_scopes()}


def _columns() -> list[Column]:
    return [
        Column(key="owner", label=_("Agent"), sortable=True),
        Column(key="name", label=_("What for"), sortable=True),
        Column(key="scopes", label=_("May fetch")),
        Column(key="created_at", label=_("Made"), sortable=True),
        Column(key="used_at", label=_("Last used"), sortable=True),
        Column(key="expires_at", label=_("Works until"), sortable=True),
        Column(key="end", label=_("Revoke"), hidden_label=True),
    ]
