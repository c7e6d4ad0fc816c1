"""Options of mail: subjects, how follow-ups are found, automatic answers, intervals."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.options import declare

LEFT, RIGHT, NONE = "left", "right", "none"


def _no_brackets(value: str) -> None:
    if not value.strip() or re.search(r"[\[\]\r\n]", value):
        raise ValueError(_("The hook is a few characters without square brackets."))


def _one_line(value: str) -> None:
    if re.search(r"[\[\]\r\n]", value):
        raise ValueError(_("This takes a few characters without square brackets."))


def _expression(value: str) -> None:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(_("This is no regular expression: {error}.").format(error=error)) from error


def _between(low: int, high: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def check(value: int) -> None:
        if not low <= value <= high:
            raise ValueError(_("A whole number from {low} to {high} is expected.").format(low=low, high=high))

    return check


declare(
    "ticket.hook",
    "Ticket#",
    gettext_lazy("Ticket hook"),
    gettext_lazy("Stands before the ticket number in subjects."),
    check=_no_brackets,
)
declare(
    "ticket.hook_divider",
    "",
    gettext_lazy("Divider after the hook"),
    gettext_lazy("Stands between hook and number."),
    check=_one_line,
)
declare(
    "ticket.subject_format", LEFT, gettext_lazy("Ticket number in subjects"),
    gettext_lazy("Where the number stands in subjects of mails that the desk sends."),
    choices=((LEFT, gettext_lazy("left")), (RIGHT, gettext_lazy("right")), (NONE, gettext_lazy("not at all"))),
)  # fmt: skip
declare(
    "ticket.subject_size",
    100,
    gettext_lazy("Length of subjects"),
    gettext_lazy("A longer subject is cut in answers."),
    check=_between(10, 900),
)
declare(
    "mail.default_queue",
    "Raw",
    gettext_lazy("Queue of unaddressed mail"),
    gettext_lazy("Where a mail goes that was sent to none of the desk's addresses."),
)
declare(
    "mail.find_by_subject", True, gettext_lazy("Follow-ups by subject"),
    gettext_lazy("A ticket number in the subject adds the mail to that ticket."),
)  # fmt: skip
declare(
    "mail.find_by_references", True, gettext_lazy("Follow-ups by reference"),
    gettext_lazy("A mail that answers a mail of a ticket (References, In-Reply-To) is added to that ticket."),
)  # fmt: skip
declare(
    "mail.find_by_body",
    False,
    gettext_lazy("Follow-ups by text"),
    gettext_lazy("A ticket number in the text adds the mail to that ticket."),
)
declare(
    "mail.find_by_attachment", False, gettext_lazy("Follow-ups by attachment"),
    gettext_lazy("A ticket number in an attached text or mail adds the mail to that ticket."),
)  # fmt: skip
declare(
    "mail.find_in_raw", False, gettext_lazy("Follow-ups anywhere in the mail"),
    gettext_lazy("A ticket number in any header, text or attachment adds the mail to that ticket."),
)  # fmt: skip
declare(
    "mail.follow_up_from", "anyone", gettext_lazy("Who may join by a ticket number"),
    gettext_lazy("Whose mail with a ticket's number is added to it. Known are the ticket's customer, their company's people, "
                 "agents, and everybody to or from whom a mail of the ticket went."),
    choices=(
        ("anyone", gettext_lazy("anyone who knows it")),
        ("internal", gettext_lazy("anyone, but a stranger's mail is internal")),
        ("known", gettext_lazy("known people; a stranger's mail begins a new ticket")),
    ),
)  # fmt: skip
declare(
    "mail.state_of_reopened", "", gettext_lazy("State of a closed ticket that is written to"),
    gettext_lazy("The name of a state. Empty: the first one of the type open."),
)  # fmt: skip
declare(
    "mail.company_for_unknown", True, gettext_lazy("Unknown senders as their own company"),
    gettext_lazy("On: the sender's address also becomes the customer number of the ticket of an unknown customer."),
)  # fmt: skip
declare(
    "mail.auto_response_limit", 40, gettext_lazy("Automatic answers per day"),
    gettext_lazy("At most so many automatic answers go to one address on one day; 0 is no limit. Holds loops between machines."),
    check=_between(0, 100_000),
)  # fmt: skip
declare(
    "mail.auto_response_never_to", r"(mailer-daemon|postmaster|abuse|no-?reply)@", gettext_lazy("No automatic answers to"),
    gettext_lazy("A regular expression; addresses in which it is found get no automatic answer."), check=_expression,
)  # fmt: skip
declare(
    "mail.participants", "company", gettext_lazy("Customers in copy take part"),
    gettext_lazy("Which customers in Cc of a customer's mail may read and answer its ticket in the portal from then on. "
                 "Senders can be forged: with “every customer”, a forged mail can show a ticket to people of other companies."),
    choices=(
        ("nobody", gettext_lazy("nobody by themselves")),
        ("company", gettext_lazy("those of the ticket's company")),
        ("known", gettext_lazy("every customer the desk knows")),
    ),
)  # fmt: skip
declare(
    "mail.hold_seconds", 15, gettext_lazy("Seconds that a written mail is held"),
    gettext_lazy("For so long its author can stop a mail that was sent by mistake; 0 sends at once. "
                 "Automatic mails are not held."),
    check=_between(0, 3600),
)  # fmt: skip
declare(
    "mail.learn_certificates", False, gettext_lazy("Learn certificates from signed mails"),
    gettext_lazy("The certificate of a sender who signed is kept among certificates and keys. It is not trusted by that: an "
                 "administrator decides."),
)  # fmt: skip
declare(
    "mail.poll_seconds", 60, gettext_lazy("Seconds between looks into a mailbox"),
    gettext_lazy("For servers that cannot announce new mail by themselves (IDLE)."), check=_between(5, 86_400),
)  # fmt: skip
declare(
    "mail.log_days", 28, gettext_lazy("Days that the communication log is kept"),
    gettext_lazy("Older steps of mails and older connections are forgotten; the mails themselves stay."),
    check=_between(1, 3650),
)  # fmt: skip
