"""Arrange one's own start page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.desk.models import Dashboard

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def arrange_dashboard(layout: Sequence[Sequence[Any]], *, by: Actor) -> None:
    """Keep how `by` wants their start page (`Dashboard.layout`); an empty layout is the usual page. No event tells of it."""
    if by.kind != "agent":
        raise Refused(_("Only agents have a start page of their own."))
    if layout:
        Dashboard.objects.update_or_create(person_id=by.key, defaults={"layout": [list(one) for one in layout]})
    else:
        Dashboard.objects.filter(person_id=by.key).delete()
