"""What calendars add to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import NavigationEntry, Visitor, register_navigation


def _administrators(visitor: Visitor) -> bool:
    return bool(getattr(visitor, "is_administrator", False))


register_navigation(
    NavigationEntry(
        area="admin",
        label=_("Calendars"),
        summary=_("When work is done: weekly hours, time zones, holidays."),
        url_name="admin_calendars",
        icon="calendar",
        order=140,
        section=_("Tickets"),
        may_see=_administrators,
    ),
)
