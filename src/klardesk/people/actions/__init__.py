"""Verbs that change people, companies and log-ins."""

from klardesk.people.actions.absences import clear_absence, set_absence
from klardesk.people.actions.attempts import LogInRefused
from klardesk.people.actions.companies import change_company, create_company, set_companies
from klardesk.people.actions.factors import (
    WrongCode,
    add_passkey,
    add_totp,
    make_recovery_codes,
    remove_passkey,
    remove_totp,
    reset_factors,
)
from klardesk.people.actions.log_in import FactorNeeded, log_in, log_out
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
    "FactorNeeded",
    "LinkUsedUp",
    "LogInRefused",
    "WrongCode",
    "WrongPassword",
    "add_passkey",
    "add_totp",
    "change_company",
    "change_own_password",
    "change_person",
    "clear_absence",
    "create_company",
    "create_person",
    "end_session",
    "end_sessions",
    "generate_password",
    "invalidate_person",
    "log_in",
    "log_out",
    "make_recovery_codes",
    "offer_link",
    "remove_passkey",
    "remove_totp",
    "reset_factors",
    "reset_password",
    "revalidate_person",
    "set_absence",
    "set_companies",
    "set_password",
    "tidy_up",
    "use_link",
]
