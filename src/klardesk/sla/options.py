"""Options of service levels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.base.options import declare

IN_WORKING_TIME = declare(
    "sla.notify_in_working_time",
    True,
    _("Tell of escalations within working time alone"),
    _(
        "What falls due at night is told when the working time of its calendar begins. Otherwise it is told at once, "
        "at any hour."
    ),
).key
