"""Which agents have a role."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access import actions
from klardesk.access.forms import rows_of
from klardesk.access.models import Role
from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.people.models import Person, Realm
from klardesk.people.pages.lists import page_of, words_of
from klardesk.people.queries import people_list


@administrator_required
class MembersPage(View):
    """The agents, each with a box to tick."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Searched and paged."""
        return _page(request, get_object_or_404(Role, pk=pk))

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Give the role to those ticked, take it from those unticked; agents on other pages of the list stay."""
        role = get_object_or_404(Role, pk=pk)
        shown = list(Person.objects.filter(realm=Realm.AGENT, pk__in=rows_of(request.POST)))
        ticked = set(request.POST.getlist("member"))
        try:
            wanted = [person for person in shown if str(person.pk) in ticked]
            actions.set_role_members(role, wanted, by=request.actor, among=shown)
        except ValidationError as error:
            return _page(request, role, 400, " ".join(error.messages))
        messages.success(request, _("The agents of the role are saved."))
        return HttpResponseRedirect(request.get_full_path())


def _page(request: DeskRequest, role: Role, status: int = 200, error: str = "") -> HttpResponse:
    words = words_of(request)
    page = page_of(request, people_list("agent", words))
    members = set(role.memberships.values_list("person_id", flat=True))
    context = {"role": role, "page": page, "words": words, "members": members, "error": error}
    return render(request, "access/members.html", context, status=status)
