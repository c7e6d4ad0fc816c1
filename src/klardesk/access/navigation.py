"""What access adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.people.navigation import entry
from klardesk.web.slots import register_navigation

register_navigation(
    entry(_("Groups"), "admin_groups", "shield-check", 40, _("What rights are given on; every queue belongs to one.")),
    entry(_("Roles"), "admin_roles", "layers", 50, _("Bundles of rights that agents are given together.")),
)
