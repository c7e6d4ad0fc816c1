"""Options of access: which checks decide about a ticket, and what customers reach (contract 2.7)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.options import declare, options

AGENT_CHECKS = ("owner", "responsible", "group", "watcher", "creator", "involved")
_FIELDS = {"check", "granted", "required"}

DEFAULT_CHECKS: list[dict[str, Any]] = [
    {"check": "owner", "granted": True, "required": False},
    {"check": "responsible", "granted": True, "required": False},
    {"check": "group", "granted": True, "required": False},
    {"check": "watcher", "granted": True, "required": False},
]


def require_checks(value: Any) -> None:
    """The checks are well formed, else ValueError with a sentence for a person."""
    names = []
    for entry in value:
        if not isinstance(entry, dict) or set(entry) != _FIELDS or entry["check"] not in AGENT_CHECKS:
            raise ValueError(
                _("Every check has the fields check, granted and required, and check is one of: {checks}.").format(
                    checks=", ".join(AGENT_CHECKS)
                )
            )
        if not isinstance(entry["granted"], bool) or not isinstance(entry["required"], bool):
            raise ValueError(_("The fields granted and required are true or false."))
        names.append(entry["check"])
    if len(names) != len(set(names)):
        raise ValueError(_("Every check stands in the list once."))
    if not any(entry["granted"] for entry in value):
        raise ValueError(_("At least one check must grant access, else nobody could open a ticket."))


def require_names(value: Any) -> None:
    """A list of texts, else ValueError with a sentence for a person."""
    if not all(isinstance(name, str) for name in value):
        raise ValueError(_("A list of group names is expected."))


declare(
    "access.checks",
    DEFAULT_CHECKS,
    gettext_lazy("Checks for access to a ticket"),
    gettext_lazy(
        "The checks are asked in this order. A check that is granted gives access when it says yes; a check that is "
        "required denies access when it says no. If none gives access, it is denied. A check that is not in the list is off."
    ),
    check=require_checks,
)
declare(
    "access.customer_groups",
    False,
    gettext_lazy("Customers need rights on groups"),
    gettext_lazy(
        "On: customers reach only tickets of groups that they or their companies hold rights on. Off: of every group."
    ),
)
declare(
    "access.customer_always_groups",
    ["users"],
    gettext_lazy("Groups for every customer"),
    gettext_lazy(
        "Names of the groups on which every customer holds all rights. Counts only when customers need rights on groups."
    ),
    check=require_names,
)
declare(
    "access.customer_company_tickets",
    True,
    gettext_lazy("Customers see the tickets of their companies"),
    gettext_lazy("Off: customers see only the tickets that are their own."),
)
declare(
    "access.customer_other_companies",
    False,
    gettext_lazy("Companies may hold rights on other companies' tickets"),
    gettext_lazy("On: a right that a company holds for other companies' tickets counts."),
)
declare(
    "access.customer_participants",
    True,
    gettext_lazy("Participants see the ticket"),
    gettext_lazy(
        "Customers who take part in a ticket that is neither theirs nor their company's may read and answer it in the portal. "
        "The rule about groups counts for them too."
    ),
)
declare(
    "access.further_rights",
    [],
    gettext_lazy("Further rights"),
    gettext_lazy(
        "Names of rights beside the seven, such as close or move, that the pages of rights offer. "
        "“Read and write” implies them."
    ),
    check=require_names,
)
_KEYS = (
    "access.checks",
    "access.customer_groups",
    "access.customer_always_groups",
    "access.customer_company_tickets",
    "access.customer_other_companies",
    "access.customer_participants",
)


def access_options() -> dict[str, Any]:
    """All options of access in one query, by key."""
    return options(*_KEYS)
