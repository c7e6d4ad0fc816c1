"""Options of tickets beside those of their numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.base.options import declare

UNITS = (("minutes", _("minutes")), ("hours", _("hours")), ("units", _("work units")))

declare(
    "ticket.time_unit",
    "minutes",
    _("Unit of time spent"),
    _("In what time spent is entered and shown. Numbers that were entered before stay as they are."),
    choices=UNITS,
)
