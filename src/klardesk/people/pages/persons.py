"""Agents and customers, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from klardesk.people import actions, queries
from klardesk.people.forms import CustomerForm, PersonForm, show_errors
from klardesk.people.further import store_further, with_further
from klardesk.people.gates import DeskRequest, administrator_required
from klardesk.people.models import Person, Realm
from klardesk.people.pages.lists import page_of, words_of
from klardesk.web.parts import Column


@dataclass(frozen=True)
class Kind:
    """What differs between the pages of agents and those of customers."""

    realm: str
    plural: str
    title: str | Promise
    new_title: str | Promise
    icon: str
    form: type[PersonForm]


AGENTS = Kind(Realm.AGENT.value, "agents", gettext_lazy("Agents"), gettext_lazy("New agent"), "user-cog", PersonForm)
CUSTOMERS = Kind(
    Realm.CUSTOMER.value, "customers", gettext_lazy("Customers"), gettext_lazy("New customer"), "users", CustomerForm
)


class PersonPage(View):
    """A page about the people of one realm."""

    kind: Kind = AGENTS

    def person(self, pk: int) -> Person:
        """The person of this realm; of another realm is not found."""
        return get_object_or_404(Person, pk=pk, realm=self.kind.realm)

    def form(self, data: Any = None, person: Person | None = None) -> PersonForm:
        """The form of a new or known person; a customer's with the fields of other rooms."""
        form = self.kind.form(data)
        if person is not None and data is None:
            numbers = "\n".join(queries.numbers_of(person))
            form.initial = {**self.kind.form.initial_of(person), "companies": numbers}
        return with_further(form, "person", person) if self.kind.realm == Realm.CUSTOMER else form

    def address(self, suffix: str = "", *args: int) -> str:
        """The address of a fellow page."""
        return reverse(f"admin_{self.kind.realm}{suffix}", args=args)

    def back(self, person: Person) -> HttpResponse:
        """The way back to the person's page."""
        return HttpResponseRedirect(self.address("", person.pk))


@administrator_required
class ListPage(PersonPage):
    """Everybody of the realm."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Searched, sorted, paged; two queries and one more for the companies."""
        words, sort = words_of(request), request.GET.get("sort", "last_name")
        page = page_of(request, queries.people_list(self.kind.realm, words, sort))
        customers = self.kind is CUSTOMERS
        companies = queries.companies_of(row["pk"] for row in page.object_list) if customers else {}
        context = {"page": page, "words": words, "sort": sort, "companies": companies, "kind": self.kind}
        return render(request, "people/persons.html", {**context, "columns": _columns(customers)})


@administrator_required
class NewPage(PersonPage):
    """Somebody new."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """An empty form."""
        return self.page(request, self.form())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Create the person, without a password; the next page offers a one-time link."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                person = self._create(request, form)
                told = _("“{name}” is created. A one-time link lets the person set a password.")
                messages.success(request, told.format(name=person.full_name))
                return self.back(person)
            except ValidationError as error:
                show_errors(form, error, all="login", login_key="login")
        return self.page(request, form, 400)

    def page(self, request: DeskRequest, form: PersonForm, status: int = 200) -> HttpResponse:
        """The form."""
        return render(request, "people/person.html", {"form": form, "person": None, "kind": self.kind}, status=status)

    def _create(self, request: DeskRequest, form: PersonForm) -> Person:
        with transaction.atomic():
            person = actions.create_person(self.kind.realm, by=request.actor, **form.person_values())
            if "companies" in form.cleaned_data:
                actions.set_companies(person, form.cleaned_data["companies"], by=request.actor)
            store_further(form, "person", person, by=request.actor)
        return person


@administrator_required
class EditPage(PersonPage):
    """One of them."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """The person's values."""
        person = self.person(pk)
        return person_page(request, self.kind, person, form=self.form(person=person))

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Keep what was changed."""
        person = self.person(pk)
        form = self.form(request.POST, person)
        if form.is_valid():
            try:
                self._change(request, person, form)
                messages.success(request, _("“{name}” is saved.").format(name=person.full_name))
                return self.back(person)
            except ValidationError as error:
                show_errors(form, error, all="login", login_key="login")
        return person_page(request, self.kind, self.person(pk), status=400, form=form)

    def _change(self, request: DeskRequest, person: Person, form: PersonForm) -> None:
        with transaction.atomic():
            actions.change_person(person, by=request.actor, **form.person_values())
            if "companies" in form.cleaned_data:
                actions.set_companies(person, form.cleaned_data["companies"], by=request.actor)
            store_further(form, "person", person, by=request.actor)


@administrator_required
class ResetPage(PersonPage):
    """A person's password."""

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Withdraw it, and the access tokens; the one-time link is shown on this answer and never again."""
        person = self.person(pk)
        revoked = queries.live_tokens().filter(person=person).count()
        token = actions.reset_password(person, by=request.actor)
        link = settings.KLARDESK_URL + reverse("password_link", args=[token])
        return person_page(request, self.kind, person, form=self.form(person=person), link=link, revoked=revoked)


@administrator_required
class SessionsPage(PersonPage):
    """A person's log-ins."""

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """End them all, except the one that does it."""
        person = self.person(pk)
        ended = actions.end_sessions(person, by=request.actor, but=request.session.session_key)
        messages.success(request, ngettext("One log-in ended.", "{count} log-ins ended.", ended).format(count=ended))
        return self.back(person)


@administrator_required
class FactorsPage(PersonPage):
    """A person's second factors."""

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Take them all away from somebody who lost them."""
        person = self.person(pk)
        actions.reset_factors(person, by=request.actor)
        told = _("“{name}” has no second factor any more and is logged out everywhere.")
        messages.success(request, told.format(name=person.full_name))
        return self.back(person)


@administrator_required
class ValidityPage(PersonPage):
    """Whether a person may log in."""

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Make the person valid or, with `valid=no`, invalid."""
        person = self.person(pk)
        if request.POST.get("valid") == "no":
            tokens = queries.live_tokens().filter(person=person).count()
            actions.invalidate_person(person, by=request.actor)
            messages.success(request, _("“{name}” can no longer log in.").format(name=person.full_name))
            if tokens:
                told = ngettext("One access token was revoked.", "{count} access tokens were revoked.", tokens)
                messages.info(request, told.format(count=tokens))
        else:
            actions.revalidate_person(person, by=request.actor)
            messages.success(request, _("“{name}” can log in again.").format(name=person.full_name))
        return self.back(person)


def person_page(request: DeskRequest, kind: Kind, person: Person, status: int = 200, **context: Any) -> HttpResponse:
    """The page of one person, with the log-ins; `link` is a one-time link to be shown this once."""
    parts = {
        "person": person, "kind": kind, "sessions": queries.sessions_of(person), "link": "",
        "factors": queries.factors_of(person),
        "tokens": queries.live_tokens().filter(person=person).count() if person.is_agent else 0, **context,
    }  # fmt: skip
    return render(request, "people/person.html", parts, status=status)


def _columns(customers: bool) -> list[Column]:
    columns = [
        Column(key="last_name", label=_("Name"), sortable=True),
        Column(key="login", label=_("Login"), sortable=True),
        Column(key="email", label=_("E-mail"), sortable=True),
    ]
    if customers:
        columns.append(Column(key="companies", label=_("Companies")))
    return [
        *columns,
        Column(key="last_login", label=_("Last log-in"), sortable=True),
        Column(key="valid", label=_("Validity")),
    ]
