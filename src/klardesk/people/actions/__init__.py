"""Verbs that change people, companies and log-ins."""

from klardesk.people.actions.companies import change_company, create_company, set_companies
from klardesk.people.actions.log_in import LogInRefused, log_in, log_out
from klardesk.people.actions.passwords import (
    LinkUsedUp,
    WrongPassword,
    change_own_password,
    generate_password,
    offer_link,
    reset_password,
    set_password,
    use_link,
)
from klardesk.people.actions.persons import change_person, create_person, invalidate_person, revalidate_person
from klardesk.people.actions.sessions import end_session, end_sessions
from klardesk.people.actions.tidy import tidy_up

__all__ = [
    "LinkUsedUp",
    "LogInRefused",
    "WrongPassword",
    "change_company",
    "change_own_password",
    "change_person",
    "create_company",
    "create_person",
    "end_session",
    "end_sessions",
    "generate_password",
    "invalidate_person",
    "log_in",
    "log_out",
    "offer_link",
    "reset_password",
    "revalidate_person",
    "set_companies",
    "set_password",
    "tidy_up",
    "use_link",
]
