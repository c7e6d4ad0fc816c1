"""Why something was not inspected: codes and their sentences (as `CannotRead` and `Inspection.skip` name them)."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

REASONS: dict[str, str] = {
    "no-home": _("No installation's home was given."),
    "no-database": _("Neither a database nor a dump of one was given."),
    "no-such-path": _("%(path)s does not exist."),
    "no-installation": _("%(path)s is no home of an OTRS, Znuny or OTOBO: too few of its files are known."),
    "no-archive": _("%(path)s is no tar archive that can be read (%(error)s)."),
    "no-right": _("%(path)s must not be read by the user who runs the inspection."),
    "unreadable": _("%(path)s cannot be read (%(error)s)."),
    "outside-link": _("%(path)s is a link to %(target)s, which lies outside the home; it was not followed."),
    "link-loop": _("%(path)s is a link that leads back to itself."),
    "check-failed": _("The check “%(check)s” ended with an error of Klardesk (%(error)s). The others were made."),
    "too-large": _("%(path)s is larger than %(limit)s MB; only its hash was taken."),
    "no-dump": _("%(path)s is no dump of a database in plain SQL."),
    "dump-kind": _("%(path)s is %(kind)s. A dump in plain SQL is needed, as it is or packed with gzip."),
    "dump-empty": _("%(path)s makes no table: it is no dump of a whole database."),
    "dump-cut": _("%(path)s is cut off within table %(after)s. What comes after it was not inspected."),
    "dump-unfinished": _(
        "%(path)s does not say that the dump came to its end; the last table is %(after)s. More may be missing."
    ),
    "dump-broken": _("%(path)s is damaged within table %(after)s. The rest of that table was passed over."),
    "dump-odd-row": _(
        "Table %(table)s has rows that do not fit its columns, the first after row %(number)s. They were passed over."
    ),
    "dump-no-table": _("The dump has rows of table %(table)s, but not what its columns are. They were only counted."),
    "dump-charset": _("%(path)s is in the character set %(charset)s, which is not known; texts were read as UTF-8."),
    "db-address": _(
        "This is no address of a database: mysql://user:password@host:port/name or postgresql://… is needed."
    ),
    "db-unreachable": _("%(address)s cannot be reached (%(error)s)."),
    "db-refused": _("%(address)s refuses the log-in (%(error)s)."),
    "db-no-such": _("%(address)s: there is no such database (%(error)s)."),
    "db-no-tables": _("%(address)s shows no table: the database is empty, or this user has no right to read it."),
    "db-no-right": _("%(table)s must not be read by this user of the database (%(error)s)."),
    "db-foreign": _("The database %(name)s is none of OTRS, Znuny or OTOBO: their tables are not there."),
    "db-failed": _("%(table)s could not be read to its end (%(error)s)."),
    "odd-name": _("%(path)s has a name that is no text; it was not looked at."),
    "archive-too-large": _("%(path)s unpacks to more than %(limit)s MB; it was not read on."),
}
