"""Options of tickets beside those of their numbers."""

from __future__ import annotations

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from klardesk.base.options import declare

UNITS = (("minutes", _("minutes")), ("hours", _("hours")), ("units", _("work units")))


def _seconds(value: int) -> None:
    if not 0 <= value <= 300:
        raise ValueError(translated("A whole number from {low} to {high} is expected.").format(low=0, high=300))


def _days(value: int) -> None:
    if not 1 <= value <= 3650:
        raise ValueError(translated("A whole number from {low} to {high} is expected.").format(low=1, high=3650))


def _archive_days(value: int) -> None:
    if not 0 <= value <= 36500:
        raise ValueError(translated("A whole number from {low} to {high} is expected.").format(low=0, high=36500))


declare(
    "ticket.time_unit",
    "minutes",
    _("Unit of time spent"),
    _("In what time spent is entered and shown. Numbers that were entered before stay as they are."),
    choices=UNITS,
)
declare(
    "ticket.undo_seconds", 15, _("Seconds to undo"),
    _("For so long a link offers to undo what somebody did to a ticket: a new state, queue, owner, priority; a mail while it "
      "is held. 0 offers none."),
    check=_seconds,
)  # fmt: skip
declare(
    "ticket.rich_text", True, _("Formatted text"),
    _("On: answers, forwarded mails and notes can be formatted and show pictures; who prefers plain text chooses so in the mask. "
      "Off: plain text for everybody."),
)  # fmt: skip
declare(
    "ticket.archive_days", 0, _("Days until closed tickets are archived"),
    _("A closed ticket that nobody changed for so long goes into the archive: lists, counters and search leave it out unless "
      "asked. 0 archives nothing by itself."),
    check=_archive_days,
)  # fmt: skip
declare(
    "ticket.draft_days", 90, _("Days that drafts are kept"),
    _("A text that was not sent and that nobody changed for so long is forgotten."), check=_days,
)  # fmt: skip
