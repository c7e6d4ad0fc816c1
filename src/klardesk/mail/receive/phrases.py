"""The parser's own words, in the desk's language: what a mail becomes at intake has one language for all."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.mail.parse import Phrases


def phrases() -> Phrases:
    """The words of invitations in the language of the desk."""
    return _phrases(settings.LANGUAGE_CODE)


@lru_cache(maxsize=4)
def _phrases(language: str) -> Phrases:
    with override(language):
        return Phrases(
            when=_("When"), repeats=_("Repeats"), where=_("Where"), organiser=_("Organiser"), who=_("Who"),
            interval=_("(interval {})"),
            kinds={
                "REQUEST": _("Invitation"), "ADD": _("Invitation"), "REPLY": _("Answer to an invitation"),
                "CANCEL": _("Cancellation"), "COUNTER": _("Counter-proposal to an invitation"),
                "DECLINECOUNTER": _("Counter-proposal declined"), "REFRESH": _("Request for the current invitation"),
                "PUBLISH": _("Appointment"),
            },
            answers={
                "ACCEPTED": _("accepted"), "DECLINED": _("declined"), "TENTATIVE": _("tentatively accepted"),
                "DELEGATED": _("delegated"),
            },
            frequencies={
                "DAILY": _("daily"), "WEEKLY": _("weekly"), "MONTHLY": _("monthly"), "YEARLY": _("yearly"),
            },
        )  # fmt: skip
