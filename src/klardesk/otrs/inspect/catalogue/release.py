"""Findings about which release it really is."""

from django.utils.translation import gettext_noop as _

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Level

kind(
    "release.claim",
    Level.HIGH,
    title=_("%(source)s says %(claimed)s, but the files are %(found)s"),
    explanation=_(
        "Which release this is was told from the contents of its files alone. %(source)s claims another one. Either an update "
        "was not finished, or somebody wants it to look like another release."
    ),
    remedy=_(
        "Find out who changed %(source)s, and treat the installation as %(found)s: its holes are those of that release."
    ),
)
