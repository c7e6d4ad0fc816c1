"""Ready-made texts in a ticket's forms: offered as a choice, and put into the form that is open. Works without script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import JsonResponse

from klardesk.tickets.field_slots import PREFIX, SHOWN
from klardesk.tickets.slots import ReadyText, TextUse, text_source

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest

    from klardesk.tickets.models import Queue

INSERT = "X-Insert"
"""The header by which the mask's script asks for a text alone."""
CHOSEN, USE = "template", "use_template"


def offered(purposes: tuple[str, ...], queues: Sequence[Queue]) -> list[tuple[str, str]]:
    """The texts that a form for these purposes offers."""
    source = text_source()
    return source.offered(purposes, queues) if source and purposes else []


def is_wanted(request: HttpRequest) -> bool:
    """Whether the form was sent to have a text put into it, and not to be carried out."""
    return USE in request.POST


def chosen(request: HttpRequest, use: TextUse) -> ReadyText | None:
    """The chosen text, filled; None if none was chosen, or one that this form doesn't offer."""
    source = text_source()
    key = request.POST.get(CHOSEN, "")
    return source.ready(key, use) if source and key else None


def as_data(ready: ReadyText | None, files_html: str) -> JsonResponse:
    """A text for the caret of the open mask: itself, the next state it asks for, and the mask's list of files."""
    if ready is None:
        return JsonResponse({"text": "", "state": "", "files": files_html})
    return JsonResponse({"text": ready.text, "state": str(ready.state_id or ""), "files": files_html})


def typed(request: HttpRequest, form_class: type[forms.Form]) -> dict[str, Any]:
    """All that was typed so far, to begin a form with: it is not checked yet."""
    values = {name: request.POST[name] for name in form_class.base_fields if name in request.POST}
    further = {name: found for name, found in request.POST.lists() if name.startswith(PREFIX) or name == SHOWN}
    return values | {name: found[-1] if len(found) == 1 else found for name, found in further.items()}


def with_text(values: dict[str, Any], ready: ReadyText, text: str) -> dict[str, Any]:
    """What was typed, with this text, and the next state that the ready-made one asks for."""
    state = {"state": str(ready.state_id)} if ready.state_id else {}
    return {**values, **state, "text": text}


def appended(text: str, addition: str) -> str:
    """The addition below what was typed."""
    return f"{text.rstrip()}\n\n{addition}" if text.strip() else addition


def below(head: str, text: str, addition: str) -> str:
    """The addition below the head that the text begins with; at the top if the text no longer begins so."""
    unix = text.replace("\r\n", "\n")
    if not head or not unix.startswith(head):
        return f"{addition}\n\n{unix.lstrip(chr(10))}"
    rest = unix[len(head) :].lstrip("\n")
    return f"{head}\n\n{addition}\n\n{rest}"
