"""What people add to the navigation and the user menu."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import (
    NavigationEntry,
    UserMenuEntry,
    Visitor,
    register_appearance_address,
    register_navigation,
    register_user_menu,
)

SECTION = _("People and rights")


def administrators(visitor: Visitor) -> bool:
    """Whether the visitor administers the desk."""
    return bool(getattr(visitor, "is_administrator", False))


def entry(label: str | Promise, url_name: str, icon: str, order: int, summary: str | Promise) -> NavigationEntry:
    """A link in the administration's section of people and rights."""
    return NavigationEntry(
        area="admin",
        label=label,
        summary=summary,
        url_name=url_name,
        icon=icon,
        order=order,
        section=SECTION,
        may_see=administrators,
    )


register_navigation(
    entry(_("Agents"), "admin_agents", "user-cog", 10, _("Who works at this desk: log-ins, passwords, rights.")),
    entry(
        _("Customers"),
        "admin_customers",
        "users",
        20,
        _("Who writes to this desk, and to which companies they belong."),
    ),
    entry(_("Companies"), "admin_companies", "building-2", 30, _("The organisations whose people are customers.")),
    entry(
        _("Access tokens"),
        "admin_tokens",
        "key-round",
        60,
        _("With what programs fetch files, whose they are, and their end."),
    ),
)
register_user_menu(
    UserMenuEntry(label=_("Your account"), url_name="account", icon="user", order=10),
    UserMenuEntry(
        label=_("Access tokens"),
        url_name="account_tokens",
        icon="key-round",
        order=20,
        may_see=lambda visitor: visitor.kind == "agent",
    ),
    UserMenuEntry(label=_("Log out"), url_name="logout", icon="log-out", order=1000, post=True),
)
register_appearance_address("account_appearance")
