"""Who may open a page: the gates of `people`, under the name that pages of every room import."""

from klardesk.people.gates import (
    DeskRequest,
    administrator_required,
    agent_required,
    customer_required,
    log_in_redirect,
    person_required,
)

__all__ = [
    "DeskRequest",
    "administrator_required",
    "agent_required",
    "customer_required",
    "log_in_redirect",
    "person_required",
]
