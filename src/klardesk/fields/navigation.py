"""What fields add to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import NavigationEntry, Visitor, register_navigation


def _administrators(visitor: Visitor) -> bool:
    return bool(getattr(visitor, "is_administrator", False))


register_navigation(
    NavigationEntry(
        area="admin",
        label=_("Fields"),
        summary=_("Fields of your own on tickets, articles, customers and companies, and the masks they stand on."),
        url_name="admin_fields",
        icon="list",
        order=145,
        section=_("Tickets"),
        may_see=_administrators,
    ),
)
