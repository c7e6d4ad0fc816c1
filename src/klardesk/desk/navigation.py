"""What the desk adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.shortcuts import EVERYWHERE, GO
from klardesk.web.slots import (
    NavigationEntry,
    Shortcut,
    UserMenuEntry,
    any_agent,
    register_navigation,
    register_shortcut,
    register_user_menu,
)

register_navigation(NavigationEntry(area="desk", label=_("Start"), url_name="start", icon="house", order=10))
register_user_menu(
    UserMenuEntry(label=_("Go to or do"), url_name="palette", icon="list", order=20, dialog=True, may_see=any_agent),
    UserMenuEntry(
        label=_("Keyboard shortcuts"), url_name="shortcuts", icon="circle-help", order=30, dialog=True, may_see=any_agent,
    ),
)  # fmt: skip
register_shortcut(
    Shortcut(
        name="palette", keys="Mod+k", label=_("Go to or do: pages, actions, tickets by number"), section=EVERYWHERE, order=1,
    ),
    Shortcut(name="shortcuts", keys="?", label=_("Show these keys"), section=EVERYWHERE, order=2),
    Shortcut(name="start", keys="g s", label=_("Start"), section=GO, order=100),
)  # fmt: skip
