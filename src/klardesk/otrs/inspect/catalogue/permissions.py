"""Findings about permissions, and secrets that lie open."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

kind(
    "permissions.writable",
    Level.HIGH,
    title=_("Anybody on the machine can change %(path)s"),
    explanation=_(
        "Its permissions (%(mode)s) let every user write it. Code that anybody can change runs with the system's rights."
    ),
    remedy=_("Take the right away: chmod o-w, or have the product's own script set all permissions."),
)
kind(
    "permissions.setid",
    Level.HIGH,
    title=_("%(path)s runs with the rights of its owner, whoever calls it"),
    explanation=_("Its permissions (%(mode)s) have the set-user or set-group bit. No file of the product needs that."),
    remedy=_("Take the bit away: chmod ug-s. Ask who set it."),
)
kind(
    "permissions.secret",
    Level.MEDIUM,
    title=_("Anybody on the machine can read %(path)s, which has passwords in it"),
    explanation=_("Its permissions (%(mode)s) let every user read it."),
    remedy=_("Take the right away (chmod o-r), and change the passwords that stand in it."),
)
kind(
    "permissions.key",
    Level.HIGH,
    title=_("Anybody on the machine can read the private key %(path)s"),
    explanation=_(
        "Its permissions (%(mode)s) let every user read it. Whoever has the key can read and sign in its owner's name."
    ),
    remedy=_("Take the right away (chmod o-r), and exchange the key if others have had access to the machine."),
)
kind(
    "permissions.web-copy",
    Level.CRITICAL,
    title=_("%(path)s can be fetched by anybody who reaches the web server"),
    explanation=_(
        "It lies in the folder whose files the web server gives out. By its name it is a dump, an archive, a key, or a "
        "configuration."
    ),
    remedy=_(
        "Take it away at once, look in the web server's log who fetched it, and change every password that was in it."
    ),
)
kind(
    "permissions.copy",
    Level.MEDIUM,
    title=_("%(path)s is a copy of the configuration, with its passwords"),
    explanation=_("Copies are forgotten when passwords or permissions are changed."),
    remedy=_("Delete it, or keep it where only administrators get."),
)
kind(
    "permissions.dump",
    Level.LOW,
    confidence=Confidence.LIKELY,
    title=_("%(path)s seems to be a dump or a backup that lies within the installation"),
    explanation=_(
        "Whoever gets the installation's files gets all tickets with it, and the backup is lost with the machine."
    ),
    remedy=_("Keep backups on another machine, encrypted."),
)
