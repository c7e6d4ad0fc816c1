"""What texts add to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.web.slots import NavigationEntry, Visitor, register_navigation


def _administrators(visitor: Visitor) -> bool:
    return bool(getattr(visitor, "is_administrator", False))


register_navigation(
    NavigationEntry(
        area="admin",
        label=_("Texts"),
        summary=_("Salutations, signatures, automatic answers and templates of the queues."),
        url_name="admin_texts",
        icon="quote",
        order=240,
        section=_("Mail"),
        may_see=_administrators,
    ),
)
