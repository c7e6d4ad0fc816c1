"""Findings about what runs by itself, and what goes out, as far as files and settings tell."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

kind(
    "outgoing.cron",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("A job of %(path)s runs a command that is not the product's"),
    explanation=_("It runs by itself, %(when)s, with the system's rights. Program: %(program)s"),
    remedy=_("Ask who set it up, what it does, and what it sends where."),
)
kind(
    "outgoing.cron-downloads",
    Level.HIGH,
    confidence=Confidence.LIKELY,
    title=_("A job of %(path)s fetches something and runs it, or opens a way in"),
    explanation=_("It runs by itself, %(when)s, with the system's rights. Program: %(program)s"),
    remedy=_("Stop the job, keep a copy of it for the investigation, and find out since when it has run."),
)
kind(
    "outgoing.generic-agent",
    Level.MEDIUM,
    title=_("A job of the generic agent runs a command or a module of its own"),
    explanation=_("In %(path)s: %(shown)s. It runs for each ticket that the job finds."),
    remedy=_("Look at the command, and ask whether the job is still needed."),
)
kind(
    "outgoing.mail-command",
    Level.HIGH,
    confidence=Confidence.LIKELY,
    title=_("The mail filter %(name)s gives each mail to a command"),
    explanation=_("Whoever sends a mail decides what the command is given. Program: %(program)s"),
    remedy=_("Look at the command, and do without it if you can."),
)
kind(
    "outgoing.mail-fetch",
    Level.INFO,
    title=_("Mails are fetched by another program as well: %(path)s"),
    explanation=_("It names these hosts: %(hosts)s. Its password stands in the file."),
    remedy=_("Better fetch mails by the product's own accounts, and delete the file."),
)
