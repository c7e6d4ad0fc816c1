"""Refusals that say why, and who may administer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from klardesk.access.models import Right
from klardesk.base.refusal import Refused
from klardesk.people.policy import can_administer, require_administrator

__all__ = ["Refused", "can_administer", "missing_right", "require_administrator", "right_label"]


def right_label(right: str) -> str:
    """How a right is called on pages; a right that a site added keeps its own name."""
    return str(Right(right).label) if right in Right.values else right


def missing_right(right: str, group: str) -> Refused:
    """The refusal that names the right and the group it is missing on."""
    return Refused(
        _("This needs the right “{right}” on the group “{group}”, which you do not hold.").format(
            right=right_label(right), group=group
        )
    )
