"""Findings about who is in the house."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import counted as ngettext
from klardesk.otrs.inspect.marking import marked as _

kind(
    "people.administrator",
    Level.INFO,
    title=_("%(login)s is an administrator"),
    explanation=_(
        "By: %(by)s. Made: %(created)s. Administrators read everything, run jobs, and install packages with "
        "code of their own."
    ),
    remedy=_("See that you know each of them, and that each still works here."),
)
kind(
    "people.administrator.foreign",
    Level.HIGH,
    title=_("The administrator %(login)s was not made by anybody of the house"),
    explanation=_(
        "The account says that the agent with the number %(made_by)s made it, and there is none. The row was "
        "written into the database."
    ),
    remedy=_("Ask who that is. If nobody knows, make the account invalid, and look at what it did in the history."),
)
kind(
    "people.administrator.service",
    Level.MEDIUM,
    title=_("%(login)s looks like a program, and is an administrator"),
    explanation=_("Programs that come in through web services need the right of their tickets, not all rights."),
    remedy=_("Give it a group of its own, and a password that is changed regularly."),
    confidence=Confidence.HINT,
)
kind(
    "people.administrator.silent",
    Level.MEDIUM,
    title=_("The administrator %(login)s has no name, or the name of a vendor"),
    explanation=_("Name: %(name)s. Such accounts are left behind by whoever installed or maintains the system."),
    remedy=_("Ask who uses it, and make it invalid if nobody says."),
    confidence=Confidence.HINT,
)
kind(
    "people.password.plain",
    Level.HIGH,
    title=_("The password of %(login)s is stored as it is, or in an unknown way"),
    explanation=_("Nothing of it looks like a hash. Whoever reads the table, a backup or this dump has the password."),
    remedy=_("Have a new one set at once, and see which kind of storage the settings name."),
)
kind(
    "people.password.weak",
    Level.HIGH,
    title=_("The password of %(login)s is one that everybody tries first"),
    explanation=_(
        "It is the login, the name, or one of some dozens of common words (which one, this report does not say)."
    ),
    remedy=_("Have a new one set at once."),
)
kind(
    "people.password.weak-administrator",
    Level.CRITICAL,
    title=_("The password of the administrator %(login)s is one that everybody tries first"),
    explanation=_(
        "It is the login, the name, or one of some dozens of common words (which one, this report does not say)."
    ),
    remedy=_("Have a new one set at once, and look at the log-ins of this account."),
)
kind(
    "people.password.none",
    Level.MEDIUM,
    title=_("%(login)s is valid and has no password"),
    explanation=_(
        "With the product's own log-in nobody can come in so. With another way of logging in (LDAP, single "
        "sign-on) it is as it should be."
    ),
    remedy=_("See which way of logging in is set, and make the account invalid if nobody uses it."),
    confidence=Confidence.HINT,
)
kind(
    "people.password.kind",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s agent has a password of a kind that is broken quickly (%(kind)s)",
        "%(count)s agents have passwords of a kind that is broken quickly (%(kind)s)",
    ),
    explanation=_("Whoever has a copy of the table finds most of them within hours. Agents: %(examples)s."),
    remedy=_("Set bcrypt as the kind of storage, and have the passwords changed."),
)
kind(
    "people.password.unsalted",
    Level.LOW,
    title=ngettext(
        "%(count)s agent has a password that is hashed without salt (%(kind)s)",
        "%(count)s agents have passwords that are hashed without salt (%(kind)s)",
    ),
    explanation=_(
        "The product does so by default. Equal passwords are seen to be equal, and lists of known hashes find them."
    ),
    remedy=_("Set bcrypt as the kind of storage; passwords are stored anew when they are changed."),
)
kind(
    "people.password.same",
    Level.MEDIUM,
    title=_("%(count)s agents have one and the same password"),
    explanation=_(
        "Agents: %(examples)s. Whoever knows one of them is all of them, and the history names the wrong one."
    ),
    remedy=_("Have each set a password of his own."),
)
kind(
    "people.customers.weak",
    Level.MEDIUM,
    title=ngettext(
        "%(count)s customer has a password that everybody tries first",
        "%(count)s customers have passwords that everybody tries first",
    ),
    explanation=_("They are the login, the name, or common words. Customers such as %(examples)s."),
    remedy=_("Make these passwords invalid, and let them ask for new ones."),
)
kind(
    "people.customers.plain",
    Level.HIGH,
    title=ngettext(
        "The password of %(count)s customer is stored as it is, or in an unknown way",
        "The passwords of %(count)s customers are stored as they are, or in an unknown way",
    ),
    explanation=_("Nothing of them looks like a hash. Whoever reads the table, a backup or this dump has them."),
    remedy=_("See which kind of storage the settings name, and have all these passwords changed."),
)
kind(
    "people.customers.kind",
    Level.LOW,
    title=ngettext(
        "The password of %(count)s customer is of a kind that is broken quickly (%(kind)s)",
        "The passwords of %(count)s customers are of a kind that is broken quickly (%(kind)s)",
    ),
    explanation=_("Whoever has a copy of the table finds most of them within hours."),
    remedy=_("Set bcrypt as the kind of storage; passwords are stored anew when they are changed."),
)
