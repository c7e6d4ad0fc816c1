"""What service levels add to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.shortcuts import GO
from klardesk.web.slots import NavigationEntry, Shortcut, Visitor, register_navigation, register_shortcut


def _administrators(visitor: Visitor) -> bool:
    return bool(getattr(visitor, "is_administrator", False))


SECTION = _("Service levels")
register_navigation(
    NavigationEntry(area="desk", label=_("Due"), url_name="due_list", icon="hourglass", order=25),
    NavigationEntry(area="desk", label=_("SLA report"), url_name="sla_report", icon="gauge", order=45),
    NavigationEntry(
        area="admin", label=_("Services"), summary=_("What the desk does for its customers, and who may have what."),
        url_name="admin_services", icon="layers", order=160, section=SECTION, may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=_("SLAs"), summary=_("What is promised for services: first response, update, solution."),
        url_name="admin_slas", icon="shield-check", order=165, section=SECTION, may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=_("Targets of queues"), summary=_("What is promised for tickets that have no SLA."),
        url_name="admin_targets", icon="timer", order=170, section=SECTION, may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=_("Rules of escalation"),
        summary=_("What starts and stops the clocks, and in which states they stand still."),
        url_name="admin_escalation", icon="gauge", order=175, section=SECTION, may_see=_administrators,
    ),
)  # fmt: skip
register_shortcut(Shortcut(name="due_list", keys="g d", label=_("Due"), section=GO, order=120))
