"""What the OTRS family adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import NavigationEntry, Visitor, register_navigation


def _administrators(visitor: Visitor) -> bool:
    return bool(getattr(visitor, "is_administrator", False))


register_navigation(
    NavigationEntry(
        area="admin", label=_("Inspections"), summary=_("What an OTRS, Znuny or OTOBO really is: reports of klardesk inspect."),
        url_name="admin_inspections", icon="shield-alert", order=700, section=_("OTRS, Znuny, OTOBO"), may_see=_administrators,
    )
)  # fmt: skip
