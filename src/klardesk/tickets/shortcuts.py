"""The keys of tickets: in their lists and on a ticket's page. Each presses the link or button that bears its name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.shortcuts import EVERYWHERE, GO, ROWS
from klardesk.web.slots import Shortcut, register_shortcut

TICKET = _("On a ticket")

register_shortcut(
    Shortcut(name="ticket_phone", keys="c", label=_("New ticket"), section=EVERYWHERE, order=20),
    Shortcut(name="ticket_undo", keys="z", label=_("Undo what you did just now"), section=EVERYWHERE, order=30),
    Shortcut(name="ticket_tab", keys="1", label=_("First tab; 2 to 9 the others"), section=EVERYWHERE, order=40),
    Shortcut(name="ticket_tab_close", keys="q", label=_("Close the tab"), section=EVERYWHERE, order=41),
    Shortcut(name="ticket_list", keys="g t", label=_("Tickets"), section=GO, order=110),
    Shortcut(name="draft_list", keys="g e", label=_("My drafts"), section=GO, order=140),
    Shortcut(name="ticket_filters", keys="f", label=_("Filter the list"), section=ROWS, order=210),
    Shortcut(name="ticket_note", keys="n", label=_("Note"), section=TICKET, order=310),
    Shortcut(name="ticket_state", keys="e", label=_("State: close, wait, open again"), section=TICKET, order=320),
    Shortcut(name="ticket_queue", keys="m", label=_("Move"), section=TICKET, order=330),
    Shortcut(name="ticket_owner", keys="o", label=_("Owner"), section=TICKET, order=340),
    Shortcut(name="ticket_priority", keys="p", label=_("Priority"), section=TICKET, order=350),
    Shortcut(name="ticket_watch", keys="w", label=_("Watch, or stop watching"), section=TICKET, order=360),
    Shortcut(name="ticket_lock", keys="l", label=_("Lock or unlock"), section=TICKET, order=370),
    Shortcut(name="ticket_history", keys="h", label=_("History"), section=TICKET, order=380),
)
