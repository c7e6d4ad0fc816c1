"""The companies, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.people import actions, queries
from klardesk.people.forms import CompanyForm, ValidCompanyForm, show_errors
from klardesk.people.further import own_values, store_further, with_further
from klardesk.people.gates import DeskRequest, administrator_required
from klardesk.people.models import Company
from klardesk.people.pages.lists import page_of, words_of
from klardesk.web.parts import Column


@administrator_required
class ListPage(View):
    """All companies."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Searched, sorted, paged."""
        words, sort = words_of(request), request.GET.get("sort", "name")
        columns = [
            Column(key="name", label=_("Name"), sortable=True),
            Column(key="number", label=_("Number"), sortable=True),
            Column(key="people", label=_("People"), align="end"),
            Column(key="valid", label=_("Validity")),
        ]
        page = page_of(request, queries.companies_list(words, sort))
        return render(
            request, "people/companies.html", {"page": page, "words": words, "sort": sort, "columns": columns}
        )


@administrator_required
class NewPage(View):
    """A company to be."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """An empty form."""
        return _form_page(request, with_further(CompanyForm(), "company"))

    def post(self, request: DeskRequest) -> HttpResponse:
        """Create it."""
        form = with_further(CompanyForm(request.POST), "company")
        if form.is_valid():
            try:
                with transaction.atomic():
                    company = actions.create_company(by=request.actor, **own_values(form))
                    store_further(form, "company", company, by=request.actor)
                messages.success(request, _("Company “{name}” is created.").format(name=company.name))
                return HttpResponseRedirect(reverse("admin_company", args=[company.pk]))
            except ValidationError as error:
                show_errors(form, error, number_key="number")
        return _form_page(request, form, status=400)


@administrator_required
class EditPage(View):
    """A company."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Its values."""
        company = get_object_or_404(Company, pk=pk)
        initial = {"number": company.number, "name": company.name, "comment": company.comment, "valid": company.valid}
        return _form_page(request, with_further(ValidCompanyForm(initial=initial), "company", company), company)

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Keep what was changed."""
        company = get_object_or_404(Company, pk=pk)
        form = with_further(ValidCompanyForm(request.POST), "company", company)
        if form.is_valid():
            try:
                with transaction.atomic():
                    actions.change_company(company, by=request.actor, **own_values(form))
                    store_further(form, "company", company, by=request.actor)
                messages.success(request, _("Company “{name}” is saved.").format(name=company.name))
                return HttpResponseRedirect(reverse("admin_company", args=[pk]))
            except ValidationError as error:
                show_errors(form, error, number_key="number")
        return _form_page(request, form, company, 400)


def _form_page(
    request: DeskRequest, form: CompanyForm, company: Company | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "people/company.html", {"form": form, "company": company}, status=status)
