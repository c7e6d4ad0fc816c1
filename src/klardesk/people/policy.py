"""Who may change people and companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.base.options import option
from klardesk.base.refusal import Refused
from klardesk.people.slots import factor_demands

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person

OWN_FIELDS = frozenset(
    {"first_name", "last_name", "phone", "language", "time_zone", "theme", "density", "start_page", "shortcuts", "tabs"}
)
"""What people may change about themselves."""


def can_administer(actor: Actor) -> bool:
    """Whether the actor may change people of both realms, companies, groups, roles, rights and settings."""
    return actor.is_administrator


def require_administrator(actor: Actor) -> None:
    """Raise Refused unless the actor is an administrator."""
    if not can_administer(actor):
        raise Refused(
            _("Only administrators may do this: it needs the right “Read and write” on the administrators' group.")
        )


def is_self(actor: Actor, person: Person) -> bool:
    """Whether the actor is this very person."""
    return actor.person_id is not None and actor.person_id == person.pk


def require_self_or_administrator(actor: Actor, person: Person) -> None:
    """Raise Refused unless the actor is the person or an administrator."""
    if not is_self(actor, person):
        require_administrator(actor)


def factor_demanded(person: Person) -> bool:
    """Whether this desk lets the person in with a second factor only: by the option, or by a group or role of theirs."""
    demanded = option("people.second_factor")
    by_option = demanded == "everybody" or (demanded == "agents" and person.is_agent)
    return bool(by_option) or any(demands(person) for demands in factor_demands())
