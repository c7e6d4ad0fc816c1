"""The start page of an agent: widgets, each where its agent wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required, person_required
from klardesk.desk.actions import arrange_dashboard
from klardesk.desk.layouts import Place, arranged, changed, offered, placed, read
from klardesk.tickets.pages.found import page
from klardesk.web.slots import Widget, widget_sources

VERBS = ("earlier", "later", "narrower", "wider", "hide", "show")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A widget at its place with its body; None if it draws itself by a request of its own. One that is `unseen` appears once
    there is something to show.
    """

    place: Place
    body: SafeString | None
    unseen: bool = False


@person_required
class StartPage(View):
    """GET /: agents see their dashboard; customers go to the portal; nobody goes to log in."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the page for whoever asks."""
        if request.actor.kind == "customer":
            return HttpResponseRedirect(reverse("portal_start"))
        return agents_start(request)


@agent_required
def agents_start(request: DeskRequest) -> HttpResponse:
    """The widgets as this agent arranged them."""
    return _shown(request, arranged(request.actor), arranging=False)


def _shown(
    request: DeskRequest, places: Sequence[Place], *, arranging: bool, said: tuple[str, str] = ("", "")
) -> HttpResponse:
    context = {
        "widgets": _drawn(request, [place for place in places if place.shown], arranging), "arranging": arranging, "said": said,
        "hidden": [place for place in places if not place.shown],
    }  # fmt: skip
    return page(request, "desk/start.html", context)


def _drawn(request: DeskRequest, places: Sequence[Place], arranging: bool) -> list[Drawn]:
    """The widgets with their bodies, each source asked once; those without anything to show wait unseen, unless one arranges."""
    bodies = bodies_of(request, [place.widget for place in places if not place.widget.lazy])
    found = [(place, None if place.widget.lazy else bodies.get(place.widget.key, "")) for place in places]
    return [
        Drawn(
            place,
            None if body is None else SafeString(body),
            unseen=not arranging and body is not None and not body.strip(),
        )
        for place, body in found
    ]


def bodies_of(request: DeskRequest, widgets: Sequence[Widget]) -> dict[str, str]:
    """What each of these widgets shows, by its key."""
    wanted = {widget.key for widget in widgets}
    bodies: dict[str, str] = {}
    for source in widget_sources():
        keys = [widget.key for widget in source.offered(request.actor) if widget.key in wanted]
        bodies |= source.draw(request, keys) if keys else {}
    return bodies


@agent_required
class WidgetPage(View):
    """GET /dashboard/widgets/<key>/: one widget; its body alone for htmx."""

    def get(self, request: DeskRequest, key: str) -> HttpResponse:
        """Draw it."""
        widget = next((one for one in offered(request.actor) if one.key == key), None)
        if widget is None:
            raise Http404
        context = {"widget": widget, "body": SafeString(bodies_of(request, [widget]).get(key, ""))}
        alone = request.headers.get("HX-Request") == "true"
        return page(request, "desk/widget_body.html" if alone else "desk/widget.html", context)


@agent_required
class WidgetBodies(View):
    """GET /dashboard/widgets/?key=…&key=…: the bodies of these widgets together; the start page asks for them anew."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Draw them; what nobody offers this agent is passed over."""
        wanted = set(request.GET.getlist("key"))
        widgets = [widget for widget in offered(request.actor) if widget.key in wanted]
        bodies = bodies_of(request, widgets)
        drawn = [(widget, SafeString(bodies.get(widget.key, ""))) for widget in widgets]
        return page(request, "desk/widget_bodies.html", {"widgets": drawn})


@agent_required
class Arrangement(View):
    """/dashboard/: GET shows the start page with all that arranges it; POST keeps the layout that the form names (`widget`),
    after one change if a button says which.

    `reset` goes back to the usual page. The script, which changes the page by itself, gets an answer without content.
    """

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form."""
        return _shown(request, arranged(request.actor), arranging=True)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep it."""
        if "reset" in request.POST:
            arrange_dashboard([], by=request.actor)
            messages.success(request, _("Your start page is the usual one again."))
            return HttpResponseRedirect(reverse("start"))
        places = placed(offered(request.actor), read(request.POST.getlist("widget")))
        said = next(((verb, request.POST[verb]) for verb in VERBS if verb in request.POST), ("", ""))
        places = changed(places, *said)
        arrange_dashboard(_layout(places), by=request.actor)
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(status=204)
        return _shown(request, places, arranging=True, said=said)


def _layout(places: Sequence[Place]) -> list[list[Any]]:
    return [[place.widget.key, place.width, place.shown] for place in places]
