"""What the portal adds to the navigation: of customers, and of administrators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import NavigationEntry, SearchBox, Visitor, register_navigation, register_search_box

SECTION = _("Portal")


def customers(visitor: Visitor) -> bool:
    """Whether the visitor is a customer."""
    return visitor.kind == "customer"


def administrators(visitor: Visitor) -> bool:
    """Whether the visitor administers the desk."""
    return bool(getattr(visitor, "is_administrator", False))


register_navigation(
    NavigationEntry(area="portal", label=_("Start"), url_name="portal_start", icon="house", order=10, may_see=customers),
    NavigationEntry(
        area="portal", label=_("Your tickets"), url_name="portal_tickets", icon="inbox", order=20, may_see=customers
    ),
    NavigationEntry(
        area="portal", label=_("New ticket"), url_name="portal_new", icon="plus", order=90, primary=True, may_see=customers
    ),
    NavigationEntry(
        area="admin", label=_("Look of the portal"), summary=_("Name, logo, colour and texts that customers see."),
        url_name="admin_portal", icon="image", order=610, section=SECTION, may_see=administrators,
    ),
    NavigationEntry(
        area="admin", label=_("Privacy terms"), summary=_("What customers accept before they use the portal, by version."),
        url_name="admin_terms", icon="shield-check", order=620, section=SECTION, may_see=administrators,
    ),
    NavigationEntry(
        area="admin", label=_("Web forms"), summary=_("Public forms that make tickets of people without an account."),
        url_name="admin_web_forms", icon="file-text", order=630, section=SECTION, may_see=administrators,
    ),
)  # fmt: skip
register_search_box(
    SearchBox(area="portal", label=_("Search your tickets"), url_name="portal_tickets", may_see=customers)
)
