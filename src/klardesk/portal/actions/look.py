"""Change how the portal looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from klardesk.access.policy import require_administrator
from klardesk.admin.actions import change_options
from klardesk.base import blobs
from klardesk.portal.branding import LARGEST_LOGO, picture_kind
from klardesk.portal.options import BRAND
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def change_look(
    values: Mapping[str, Any], *, by: Actor, logo: bytes | None = None, remove_logo: bool = False
) -> list[str]:
    """Set options of the portal's look, and its logo; the keys of those that changed.

    Raises Refused, ValueError for a value that an option does not take, NotPossible for a file that is no safe picture.
    """
    require_administrator(by)
    chosen = {key: value for key, value in values.items() if key in BRAND and key != "portal.logo"}
    if logo is not None:
        chosen["portal.logo"] = _stored(logo)
    elif remove_logo:
        chosen["portal.logo"] = ""
    return change_options(chosen, by=by)


def _stored(logo: bytes) -> str:
    kind = picture_kind(logo)
    if not kind:
        raise NotPossible(_("The logo must be a PNG, JPEG or WebP picture. SVG is not taken: it can hold programs."))
    if len(logo) > LARGEST_LOGO:
        raise NotPossible(_("The logo is larger than 512 kB."))
    return f"{blobs.put(logo)}.{kind}"
