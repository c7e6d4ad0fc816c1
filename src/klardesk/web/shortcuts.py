"""The keys that every page with a table of rows or with a mask knows, and the headings under which the help names keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import Shortcut, register_shortcut

EVERYWHERE, GO, ROWS, MASKS = _("Everywhere"), _("Go to"), _("In lists"), _("While you write")

register_shortcut(
    Shortcut(name="row_next", keys="j", label=_("Next row or article"), section=ROWS, behaviour=True, order=200),
    Shortcut(name="row_previous", keys="k", label=_("Previous row or article"), section=ROWS, behaviour=True, order=201),
    Shortcut(name="row_open", keys="o", label=_("Open the row (also Enter)"), section=ROWS, behaviour=True, order=202),
    Shortcut(name="row_select", keys="x", label=_("Choose the row"), section=ROWS, behaviour=True, order=203),
    Shortcut(name="mask_send", keys="Mod+Enter", label=_("Send or save"), section=MASKS, behaviour=True, order=400),
    Shortcut(
        name="mask_leave", keys="Escape", label=_("Leave what you write; an unsent text stays as a draft"), section=MASKS,
        behaviour=True, order=401,
    ),
)  # fmt: skip
