"""Options of people: how many failed log-ins are borne."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.options import declare


def _at_least_one(value: Any) -> None:
    if value < 1:
        raise ValueError(_("The number must be 1 or more."))


declare(
    "desk.name",
    "",
    gettext_lazy("Name of the desk"),
    gettext_lazy(
        "Stands in place of “Klardesk” in the portal; authenticator apps show it, and new addresses of the desk bear it as "
        "the sender's name."
    ),
)
declare(
    "people.login_attempts",
    5,
    gettext_lazy("Failed log-ins per login"),
    gettext_lazy("After so many wrong passwords for a login, it has to wait."),
    check=_at_least_one,
)
declare(
    "people.login_attempts_per_address",
    30,
    gettext_lazy("Failed log-ins per address"),
    gettext_lazy("After so many wrong passwords from one network address, it has to wait."),
    check=_at_least_one,
)
declare(
    "people.login_window",
    15,
    gettext_lazy("Minutes in which failed log-ins count"),
    gettext_lazy("A failed log-in is forgotten after so many minutes."),
    check=_at_least_one,
)
declare(
    "people.second_factor",
    "nobody",
    gettext_lazy("Who needs a second factor"),
    gettext_lazy("Who has none yet sets one up at the next log-in. Everybody may have one."),
    choices=(
        ("nobody", gettext_lazy("nobody")),
        ("agents", gettext_lazy("all agents")),
        ("everybody", gettext_lazy("agents and customers")),
    ),
)
declare(
    "people.tell_new_devices",
    True,
    gettext_lazy("Tell people of new browsers"),
    gettext_lazy(
        "Who logs in with a browser that was not used before gets an e-mail, so that a stranger does not go unnoticed."
    ),
)
declare(
    "people.token_requests_per_hour",
    120,
    gettext_lazy("Files per access token and hour"),
    gettext_lazy("How often a program may fetch with one access token of an agent's; more is refused."),
    check=_at_least_one,
)
