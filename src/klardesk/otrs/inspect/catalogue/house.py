"""Findings about what goes out, and what was installed, as the database tells."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

kind(
    "outgoing.web-service",
    Level.MEDIUM,
    title=_("The web service %(name)s sends data to %(hosts)s"),
    explanation=_(
        "Calls: %(calls)s. They are made at these events: %(events)s. What is sent leaves the house with each of them."
    ),
    remedy=_("See that you know the host, and have a contract about the data with whoever runs it."),
)
kind(
    "outgoing.web-service.plain",
    Level.MEDIUM,
    title=_("The web service %(name)s sends without encryption to %(hosts)s"),
    explanation=_("The address begins with http: everybody on the way reads what is sent, log-in included."),
    remedy=_("Let it use https."),
)
kind(
    "outgoing.web-service.unchecked",
    Level.MEDIUM,
    title=_("The web service %(name)s does not check whom it talks to"),
    explanation=_("The check of the certificate is switched off: anybody on the way may pretend to be the host."),
    remedy=_("Switch the check on."),
)
kind(
    "outgoing.web-service.secret",
    Level.LOW,
    title=_("The password of the web service %(name)s stands in the database as it is"),
    explanation=_("The product keeps it so. Whoever reads the table, a backup or this dump has it."),
    remedy=_("Change it after backups went to others, and give it rights to as little as possible."),
)
kind(
    "outgoing.web-service.unread",
    Level.LOW,
    title=_("The web service %(name)s cannot be read"),
    explanation=_("Its configuration is not what the product writes. What it sends where is not known."),
    remedy=_("Look at it in the administration."),
)
kind(
    "outgoing.notification",
    Level.MEDIUM,
    title=_("The notification %(name)s goes to addresses outside: %(addresses)s"),
    explanation=_(
        "It is sent at these events: %(events)s. The house's own domains, by its mail addresses, are: %(own)s."
    ),
    remedy=_("Ask who reads there, and why."),
)
kind(
    "outgoing.job",
    Level.HIGH,
    title=_("The job %(name)s runs a command or code of its own"),
    explanation=_("A job of the generic agent calls %(program)s for each ticket it finds, with the system's rights."),
    remedy=_("Look at what it does, and ask whoever made it. Switch it off until you know."),
)
kind(
    "outgoing.job.deletes",
    Level.MEDIUM,
    title=_("The job %(name)s deletes tickets"),
    explanation=_(
        "A job of the generic agent deletes the tickets it finds, with all that belongs to them. Valid: %(valid)s."
    ),
    remedy=_("See that somebody decided so, and that duties to keep records are met."),
)
kind(
    "outgoing.mailbox.plain",
    Level.MEDIUM,
    title=_("Mails of %(login)s are fetched from %(host)s without encryption"),
    explanation=_("Kind: %(kind)s. The password and all mails can be read on the way."),
    remedy=_("Use IMAPS or POP3S."),
)
kind(
    "outgoing.mailbox.trusted",
    Level.MEDIUM,
    title=_("The mailbox %(login)s is trusted: headers of mails decide what becomes of them"),
    explanation=_("Whoever writes to it may choose queue, priority, owner and customer by X-OTRS headers."),
    remedy=_("Trust a mailbox only if nobody from outside can write to it."),
)
kind(
    "outgoing.mail-rule",
    Level.MEDIUM,
    title=_("The mail filter %(name)s throws mails away"),
    explanation=_("It matches: %(match)s. Mails that fit are ignored, and nobody sees that they came."),
    remedy=_("See that you know it, and that it matches nothing that somebody waits for."),
)
kind(
    "outgoing.task",
    Level.MEDIUM,
    title=_("The daemon's task %(name)s was changed or added, and runs %(program)s"),
    explanation=_("It runs by the clock, with the system's rights."),
    remedy=_("Look at what it does, and ask whoever made it."),
)
kind(
    "packages.unreadable",
    Level.MEDIUM,
    title=_("The package %(package)s is installed, but its file in the database cannot be read"),
    explanation=_("What it brought and did is not known."),
    remedy=_("Find out where it came from, and look at its files."),
)
kind(
    "packages.status",
    Level.LOW,
    title=_("The package %(package)s is not installed completely (%(status)s)"),
    explanation=_("The database says so: a part of it may be missing, or an update failed."),
    remedy=_("Install it again, or remove it."),
)
kind(
    "packages.vendor",
    Level.MEDIUM,
    title=_("The package %(package)s is by %(vendor)s, who is none of the makers of the product"),
    explanation=_("It runs with all rights of the system. Web address: %(url)s."),
    remedy=_("See that you know the maker, and that it is still maintained."),
    confidence=Confidence.PROVEN,
)
