"""Who may open the portal's pages: customers who have accepted the terms in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from klardesk.access.pages import customer_required
from klardesk.portal.queries import has_accepted, terms_in_force

if TYPE_CHECKING:
    from klardesk.access.pages import DeskRequest

Page = TypeVar("Page", bound=type[View])
SEEN = "terms"
"""The key of the session under which the version that its person accepted is kept."""


def portal_page(page: Page) -> Page:
    """Only customers: others are sent to the customers' log-in; who must accept new terms is sent to them first."""
    return customer_required(method_decorator(_terms_accepted, name="dispatch")(page))


def must_accept(request: DeskRequest) -> bool:
    """Whether there are terms in force that this customer has not accepted; asks the database once in a session."""
    terms = terms_in_force()
    if terms is None or request.session.get(SEEN) == terms.number:
        return False
    if not has_accepted(request.actor, terms):
        return True
    request.session[SEEN] = terms.number
    return False


def _terms_accepted(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> Any:
        if must_accept(request):
            here = {"next": request.get_full_path()} if request.method == "GET" else {}
            return HttpResponseRedirect(
                f"{reverse('portal_terms')}?{urlencode(here)}" if here else reverse("portal_terms")
            )
        return view(request, *args, **kwargs)

    return guarded
