"""Who holds which right on which group, as tables to tick: of one holder, and of one group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access import actions, queries
from klardesk.access.actions import Demand
from klardesk.access.forms import RowInput, read_matrix, rows_of
from klardesk.access.models import CompanyGrant, Group, Role
from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.access.policy import right_label
from klardesk.people.models import Company, Person, Realm
from klardesk.people.pages.lists import page_of, words_of
from klardesk.people.queries import companies_list, people_list

Holder = Person | Role | Company


@dataclass(frozen=True)
class Kind:
    """A kind of holder: how its pages are called, and how its rows are found."""

    name: str
    plural: str
    title: str | Promise
    icon: str
    model: type[Holder]
    found: Callable[[str], QuerySet[Any, Any]]
    many: bool = False
    """Too many to list them all: without a search only those that hold a right are listed."""

    def holder(self, pk: int) -> Holder:
        """One of the kind, else 404."""
        narrower = {"realm": Realm.AGENT if self.name == "agent" else Realm.CUSTOMER} if self.model is Person else {}
        return cast(Holder, get_object_or_404(self.model, pk=pk, **narrower))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    pk: int
    label: str
    held: frozenset[str]
    note: str = ""


KINDS = (
    Kind("agent", "agents", gettext_lazy("Agents"), "user-cog", Person, lambda words: people_list("agent", words)),
    Kind(
        "role",
        "roles",
        gettext_lazy("Roles"),
        "layers",
        Role,
        lambda words: queries.roles_list(words).values("pk", "name"),
    ),
    Kind(
        "customer",
        "customers",
        gettext_lazy("Customers"),
        "users",
        Person,
        lambda words: people_list("customer", words),
        many=True,
    ),
    Kind("company", "companies", gettext_lazy("Companies"), "building-2", Company, companies_list, many=True),
)


class MatrixPage(View):
    """A table of rights to tick."""

    kind: Kind = KINDS[0]

    def context(self, request: DeskRequest) -> str:
        """Of companies: whose tickets the rights are about."""
        if self.kind.model is not Company:
            return ""
        return (
            CompanyGrant.Context.OTHER.value
            if request.GET.get("context") == "other"
            else CompanyGrant.Context.SAME.value
        )

    def show(self, request: DeskRequest, status: int = 200, **context: Any) -> HttpResponse:
        """The table, with the columns of rights."""
        rights = [(right, right_label(right)) for right in queries.offered_rights()]
        parts = {"kind": self.kind, "rights": rights, "grant_context": self.context(request), "error": "", **context}
        return render(request, "access/matrix.html", parts, status=status)

    def saved(self, request: DeskRequest) -> HttpResponse:
        """Back to where the rights were ticked."""
        messages.success(request, _("The rights are saved."))
        return HttpResponseRedirect(request.get_full_path())


@administrator_required
class HolderPage(MatrixPage):
    """The rights of one agent, role, customer or company: a line per group."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """What is held."""
        return self._page(request, self.kind.holder(pk))

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Give and take what was ticked and unticked."""
        holder, context = self.kind.holder(pk), self.context(request)
        groups = {group.pk: group for group in queries.groups_list().filter(valid=True)}
        held = queries.held_on_groups(holder, context)
        demands = [
            Demand(groups[each.row], each.applied_to(held.get(each.row, frozenset())), context)
            for each in read_matrix(request.POST, groups, queries.offered_rights())
        ]
        try:
            actions.set_rights(holder, demands, by=request.actor)
        except ValidationError as error:
            return self._page(request, holder, 400, " ".join(error.messages))
        return self.saved(request)

    def _page(self, request: DeskRequest, holder: Holder, status: int = 200, error: str = "") -> HttpResponse:
        held = queries.held_on_groups(holder, self.context(request))
        notes = _notes(queries.through_roles(holder)) if isinstance(holder, Person) and holder.is_agent else {}
        rows = [
            Row(group.pk, group.name, held.get(group.pk, frozenset()), notes.get(group.pk, ""))
            for group in queries.groups_list().filter(valid=True)
        ]
        return self.show(
            request, status, rows=rows, heading=str(holder), holder=holder, group=None, page=None, words="", error=error
        )


@administrator_required
class GroupPage(MatrixPage):
    """The rights on one group: a line per agent, role, customer or company."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Who holds what; searched and paged."""
        return self._page(request, get_object_or_404(Group, pk=pk))

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Give and take what was ticked and unticked, in one transaction."""
        group, context = get_object_or_404(Group, pk=pk), self.context(request)
        known = self.kind.found("").filter(pk__in=rows_of(request.POST))
        inputs = read_matrix(request.POST, [row["pk"] for row in known], queries.offered_rights())
        try:
            self._change(request, group, inputs, context)
        except ValidationError as error:
            return self._page(request, group, 400, " ".join(error.messages))
        return self.saved(request)

    def _change(self, request: DeskRequest, group: Group, inputs: list[RowInput], context: str) -> None:
        with transaction.atomic():
            held = queries.held_by(self.kind.model, group, context)
            holders = self.kind.model.objects.in_bulk([each.row for each in inputs])
            for each in sorted(inputs, key=lambda each: each.row):
                wanted = each.applied_to(held.get(each.row, frozenset()))
                actions.set_rights(holders[each.row], [Demand(group, wanted, context)], by=request.actor)

    def _page(self, request: DeskRequest, group: Group, status: int = 200, error: str = "") -> HttpResponse:
        words, held = words_of(request), queries.held_by(self.kind.model, group, self.context(request))
        found = self.kind.found(words)
        if self.kind.many and not words:
            found = found.filter(pk__in=held)
        page = page_of(request, found)
        rows = [Row(row["pk"], _label(row), held.get(row["pk"], frozenset())) for row in page.object_list]
        context = {"rows": rows, "heading": group.name, "group": group, "holder": None, "page": page, "words": words}
        return self.show(request, status, **context, kinds=KINDS, error=error)


def _label(row: dict[str, Any]) -> str:
    if "login" not in row:
        return f"{row['name']} ({row['number']})" if "number" in row else str(row["name"])
    name = f"{row['first_name']} {row['last_name']}".strip()
    return f"{name} ({row['login']})" if name else str(row["login"])


def _told(rights: frozenset[str]) -> str:
    return ", ".join(right_label(right) for right in sorted(rights))


def _notes(through: dict[int, list[tuple[str, frozenset[str]]]]) -> dict[int, str]:
    """`through second level: Read and write` by group id."""
    return {
        group: "; ".join(
            _("through the role “{role}”: {rights}").format(role=role, rights=_told(held)) for role, held in roles
        )
        for group, roles in through.items()
    }
