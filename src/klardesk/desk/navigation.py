"""What the desk adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.base.options import option
from klardesk.web.slots import Brand, NavigationEntry, register_brand, register_navigation

register_navigation(NavigationEntry(area="desk", label=_("Start"), url_name="start", icon="house", order=10))


def brand() -> Brand:
    """The desk under its own name, where agents and administrators work."""
    return Brand(name=option("desk.name"))


register_brand("desk", brand)
register_brand("admin", brand)
