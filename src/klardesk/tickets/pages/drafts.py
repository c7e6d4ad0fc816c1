"""Drafts: what a mask keeps while somebody types, what stands at a ticket, and the list of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.base.prepared import Prepared
from klardesk.tickets import actions
from klardesk.tickets.actions.drafts import own_draft
from klardesk.tickets.drafts import NewAttachment, Place
from klardesk.tickets.models import Article, Draft, Ticket
from klardesk.tickets.pages import ready_texts
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.meanwhile import SEEN
from klardesk.tickets.pages.uploads import FILES, KEPT, PICTURES, kept_words

if TYPE_CHECKING:
    from django.http import HttpRequest

    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.slots import ReadyText

SAVE, DISCARD, TOKEN = "save_draft", "discard_draft", "csrfmiddlewaretoken"
NO_VALUES = frozenset({SEEN, SAVE, DISCARD, TOKEN, FILES, KEPT, PICTURES, ready_texts.CHOSEN, ready_texts.USE})
"""What a form sends beside what somebody typed."""
ASKED = ("all", "n")
"""Questions of an address that make a draft of its own: an answer to all, one more new ticket."""
SHOWN = 20_000
OF_TICKET: Prepared[Draft] = Prepared(
    lambda ticket: Draft.objects.unscoped("of a ticket that the actor may open")
    .filter(ticket_id=ticket).select_related("person").order_by("begun_at", "pk")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft as a page shows it: where it goes on, what it is going to be, and whether it is the reader's own."""

    draft: Draft
    address: str
    title: str
    own: bool


def place_of(request: HttpRequest, ticket: Ticket | None = None, article_id: int | None = None) -> Place:
    """Where what is typed on this page belongs."""
    asked = "&".join(f"{name}={request.GET[name][:12]}" for name in ASKED if request.GET.get(name))
    name = request.resolver_match.url_name if request.resolver_match else ""
    return Place(f"{name}?{asked}" if asked else str(name), ticket.pk if ticket else None, article_id)


def address_of(request: HttpRequest) -> str:
    """The address that a mask is sent to: its own, without what only its opening needed."""
    asked = request.GET.copy()
    asked.pop(SEEN, None)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path


def kept(place: Place, actor: Actor) -> Draft | None:
    """The actor's draft at this place; one query."""
    return own_draft(place, actor).first()


def files_of(draft: Draft) -> tuple[NewAttachment, ...]:
    """The files that were sent with it."""
    return tuple(NewAttachment(*values) for values in draft.files)


def typed(values: Mapping[str, Sequence[str]], form_class: type[django_forms.Form]) -> dict[str, Any]:
    """What a draft gives a form to begin with; a box that was not ticked stays so."""
    found: dict[str, Any] = {name: texts[-1] if len(texts) == 1 else list(texts) for name, texts in values.items()}
    fields = form_class.base_fields.items()
    boxes = [name for name, field in fields if isinstance(field, django_forms.BooleanField)]
    return {**dict.fromkeys(boxes, False), **found}


def keep(request: DeskRequest, place: Place, files: Sequence[NewAttachment], ticket: Ticket | None = None) -> None:
    """Keep what this form brings."""
    values = {name: texts for name, texts in request.POST.lists() if name not in NO_VALUES}
    try:
        actions.save_draft(place, values, files, by=request.actor, ticket=ticket)
    except Article.DoesNotExist as error:
        raise Http404 from error


def answer_kept(request: DeskRequest, files: Sequence[NewAttachment]) -> HttpResponse:
    """For the page's script: nothing, or the list of files if some were sent; for a browser without, the page again."""
    if request.headers.get("X-Draft") != "1":
        messages.success(request, _("The draft is saved."))
        return HttpResponseRedirect(request.get_full_path())
    if not request.FILES:
        return HttpResponse(status=204)
    return page(request, "tickets/files_field.html", {"kept": kept_words(files, request.actor)})


def files_html(request: DeskRequest, ready: ReadyText | None, files: Sequence[NewAttachment]) -> str:
    """The mask's list of files with those that come with a ready-made text."""
    more = [file for file in ready.files if file not in files] if ready else []
    return render_to_string("tickets/files_field.html", {"kept": kept_words((*files, *more), request.actor)}, request)


def begun_at(ticket: Ticket, actor: Actor) -> list[Begun]:
    """The drafts on a ticket that the actor may open, the oldest first; one query."""
    return [shown_draft(draft, actor) for draft in OF_TICKET.rows(ticket.pk)]


def shown_draft(draft: Draft, actor: Actor) -> Begun:
    """A draft with where it goes on."""
    name, _mark, asked = draft.mask.partition("?")
    try:
        address = reverse(name, args=[key for key in (draft.ticket_id, draft.article_id) if key])
    except NoReverseMatch:  # a mask of an extension that is gone
        return Begun(draft, "", _("Draft"), draft.person_id == actor.key)
    return Begun(draft, f"{address}?{asked}" if asked else address, _title(name, address), draft.person_id == actor.key)


def _title(name: str, address: str) -> str:
    return str(getattr(_page_class(name, address), "title", "") or _("Draft"))


def _page_class(name: str, address: str) -> Any:
    if name not in _classes():
        _classes()[name] = getattr(resolve(address).func, "view_class", None)
    return _classes()[name]


@cache
def _classes() -> dict[str, Any]:
    return {}


@agent_required
class DraftList(View):
    """GET /drafts/: one's own drafts, the newest first."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show them."""
        found = Draft.objects.visible_to(request.actor).filter(person_id=request.actor.key)
        drafts = [
            shown_draft(one, request.actor)
            for one in found.select_related("ticket", "person").order_by("-changed_at")[:200]
        ]
        return page(request, "tickets/drafts.html", {"drafts": drafts})


@agent_required
class DraftPage(View):
    """/drafts/<id>/: what stands in a draft, for whoever may open its ticket; POST discards one's own."""

    def get(self, request: DeskRequest, draft_id: int) -> HttpResponse:
        """Show it."""
        draft = _find(request, draft_id)
        context = {"one": shown_draft(draft, request.actor), "text": draft.text[:SHOWN], "files": files_of(draft)}
        return page(request, "tickets/draft.html", context)

    def post(self, request: DeskRequest, draft_id: int) -> HttpResponse:
        """Discard it."""
        actions.discard_draft_row(_find(request, draft_id), by=request.actor)
        messages.success(request, _("The draft is discarded."))
        return HttpResponseRedirect(reverse("draft_list"))


def _find(request: DeskRequest, draft_id: int) -> Draft:
    found = Draft.objects.visible_to(request.actor).select_related("ticket", "person").filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def offer_after_log_in(request: HttpRequest, user: Person, **_more: Any) -> None:
    """Who logs in is told of what they did not send."""
    if not user.is_agent or not hasattr(request, "_messages"):
        return
    count = Draft.objects.unscoped("counted for their author").filter(person_id=user.pk).count()
    if count:
        words = ngettext("You have one draft that was not sent.", "You have {count} drafts that were not sent.", count)
        link = format_html('<a href="{}">{}</a>', reverse("draft_list"), _("Show drafts"))
        messages.info(request, format_html("{} {}", words.format(count=count), link))
