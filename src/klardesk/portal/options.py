"""Options of the portal. How it looks is set on a page of its own (`pages.look`), which shows it at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.options import declare
from klardesk.portal.colours import unreadable

BRAND = (
    "desk.name", "portal.accent", "portal.logo", "portal.welcome_en", "portal.welcome_de", "portal.news_en",
    "portal.news_de", "portal.footer_en", "portal.footer_de", "portal.imprint_url", "portal.privacy_url",
)  # fmt: skip
"""The options that say how the portal looks."""
LOGO = re.compile(r"[0-9a-f]{64}\.(png|jpeg|webp)")


def _between(lowest: int, highest: int) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if not lowest <= value <= highest:
            sentence = _("The number must be between {lowest} and {highest}.")
            raise ValueError(sentence.format(lowest=lowest, highest=highest))

    return check


def _accent(value: Any) -> None:
    if value and (reason := unreadable(value)):
        raise ValueError(reason)


def _logo(value: Any) -> None:
    if value and not LOGO.fullmatch(value):
        raise ValueError(_("A logo is uploaded on the page “Look of the portal”."))


def _web_address(value: Any) -> None:
    if value and not re.fullmatch(r"https?://[^\s\"'<>]+", value):
        raise ValueError(_("An address that begins with https:// is expected."))


def _names(value: Any) -> None:
    if not all(isinstance(name, str) for name in value):
        raise ValueError(_("A list of queue names is expected."))


GREETS = gettext_lazy("Greets customers on their start page and at the log-in.")
NEWS = gettext_lazy("Stands on the customers' start page while it is not empty.")
FOOT = gettext_lazy("A line at the foot of the customers' pages.")
LINKED = gettext_lazy("Linked at the foot of the customers' pages.")
UPLOADED = gettext_lazy("The stored picture; upload it on the page “Look of the portal”.")
COLOUR = gettext_lazy("Of buttons and links, as #rrggbb. One on which white text could not be read is refused.")

declare("portal.accent", "", gettext_lazy("Colour"), COLOUR, check=_accent)
declare("portal.logo", "", gettext_lazy("Logo"), UPLOADED, check=_logo)
declare("portal.welcome_en", "", gettext_lazy("Welcome (English)"), GREETS)
declare("portal.welcome_de", "", gettext_lazy("Welcome (German)"), GREETS)
declare("portal.news_en", "", gettext_lazy("News (English)"), NEWS)
declare("portal.news_de", "", gettext_lazy("News (German)"), NEWS)
declare("portal.footer_en", "", gettext_lazy("Foot of the page (English)"), FOOT)
declare("portal.footer_de", "", gettext_lazy("Foot of the page (German)"), FOOT)
declare("portal.imprint_url", "", gettext_lazy("Address of the imprint"), LINKED, check=_web_address)
declare("portal.privacy_url", "", gettext_lazy("Address of the privacy notice"), LINKED, check=_web_address)
declare(
    "portal.queues", [], gettext_lazy("Queues for new tickets of customers"),
    gettext_lazy("Full names of the queues that customers may choose from; with one there is no choice. Empty: every queue to "
                 "which a mail address of the desk leads, else that of unaddressed mail. They must be allowed to create "
                 "tickets there."), check=_names,
)  # fmt: skip
declare(
    "portal.choose_priority", False, gettext_lazy("Customers choose the priority"),
    gettext_lazy("Of their new tickets. Off: they get the usual one."),
)  # fmt: skip
declare(
    "portal.choose_type", True, gettext_lazy("Customers choose the type"),
    gettext_lazy("Of their new tickets, if the desk has types."),
)  # fmt: skip
declare(
    "portal.close", True, gettext_lazy("Customers close their tickets"), gettext_lazy("Off: only agents close tickets.")
)
declare(
    "portal.password_reset", "everybody", gettext_lazy("Forgotten passwords"),
    gettext_lazy("Who gets a link by mail to set a new password."),
    choices=(
        ("everybody", gettext_lazy("agents and customers")), ("customers", gettext_lazy("customers")),
        ("nobody", gettext_lazy("nobody: administrators help")),
    ),
)  # fmt: skip
declare(
    "portal.registration", False, gettext_lazy("Customers make their own account"),
    gettext_lazy("On: whoever confirms an address by a mailed link becomes a customer, of no company at first."),
)  # fmt: skip
declare(
    "portal.requests_per_address", 10, gettext_lazy("Requests for access per network address and hour"),
    gettext_lazy("For forgotten passwords and new accounts together."), check=_between(1, 10_000),
)  # fmt: skip
declare(
    "portal.requests_per_hour", 300, gettext_lazy("Requests for access per hour"),
    gettext_lazy("From everywhere together."), check=_between(1, 1_000_000),
)  # fmt: skip
declare(
    "portal.forms_per_address", 5, gettext_lazy("Web forms per network address and hour"),
    gettext_lazy("More are refused."), check=_between(1, 10_000),
)  # fmt: skip
declare(
    "portal.forms_per_hour", 60, gettext_lazy("Web forms per hour"),
    gettext_lazy("From everywhere together; more are refused."), check=_between(1, 1_000_000),
)  # fmt: skip
declare(
    "portal.form_seconds", 4, gettext_lazy("Seconds that a person needs for a web form"),
    gettext_lazy("One that is sent sooner is taken for a machine's."), check=_between(0, 600),
)  # fmt: skip
declare(
    "portal.form_links", 3, gettext_lazy("Links in a web form"),
    gettext_lazy("A text with more web addresses than these is refused as an advertisement."), check=_between(0, 1000),
)  # fmt: skip
declare(
    "portal.ticket_links", False, gettext_lazy("Links to one ticket"),
    gettext_lazy("On: who may let customers take part in a ticket may give them a link that opens this one ticket without a "
                 "password. Off: no link works, even those that were given before."),
)  # fmt: skip
declare(
    "portal.ticket_link_days", 14, gettext_lazy("Days for which a link to a ticket works"),
    gettext_lazy("Counts for new links."), check=_between(1, 365),
)  # fmt: skip
declare(
    "portal.ticket_links_per_address", 60, gettext_lazy("Links opened per network address and hour"),
    gettext_lazy("More are refused."), check=_between(1, 10_000),
)  # fmt: skip
declare(
    "portal.log_in_links", False, gettext_lazy("Customers log in by a mailed link"),
    gettext_lazy("On: a link to the known address takes the place of the password, once and within 15 minutes. Who has a second "
                 "factor is asked for it all the same."),
)  # fmt: skip
