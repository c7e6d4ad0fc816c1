"""What the desk adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import NavigationEntry, register_navigation

register_navigation(NavigationEntry(area="desk", label=_("Start"), url_name="start", icon="house", order=10))
