"""What the administration adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.admin.first_run.steps import errand
from klardesk.people.slots import register_first_errand
from klardesk.web.slots import (
    NavigationEntry,
    UserMenuEntry,
    Visitor,
    register_navigation,
    register_user_menu,
)

SECTION = _("System")


def administrators(visitor: Visitor) -> bool:
    """Whether the visitor administers the desk."""
    return bool(getattr(visitor, "is_administrator", False))


register_first_errand("first run", errand)
register_navigation(
    NavigationEntry(
        area="admin",
        label=_("First steps"),
        summary=_("Leads a new desk to its first ticket: you, mail in and out, queues."),
        url_name="admin_first_run",
        icon="flag",
        order=900,
        section=SECTION,
        may_see=administrators,
    ),
    NavigationEntry(
        area="admin",
        label=_("Options"),
        summary=_("How the desk behaves: ticket numbers, mail, access, log-in."),
        url_name="admin_options",
        icon="sliders-horizontal",
        order=910,
        section=SECTION,
        may_see=administrators,
    ),
    NavigationEntry(
        area="admin",
        label=_("State of the system"),
        summary=_("What is wrong with this installation, and how to mend it."),
        url_name="admin_system",
        icon="gauge",
        order=920,
        section=SECTION,
        may_see=administrators,
    ),
)
register_user_menu(
    UserMenuEntry(label=_("Administration"), url_name="admin_start", icon="settings", order=20, may_see=administrators)
)
