"""Why something was not inspected: codes and their sentences (as `CannotRead` and `Inspection.skip` name them)."""

from __future__ import annotations

from klardesk.otrs.inspect.marking import marked as _

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
    "archive-articles": _("Attachments within the archive %(path)s are not looked at; a directory is needed for that."),
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
    "bad-data": _("The data file %(path)s cannot be used (%(error)s)."),
    "no-settings": _("No file and no database with settings was given."),
    "no-release": _("Without a release that is known, nobody can say which settings and holes belong to it."),
    "no-package": _("%(path)s is no package that can be read (%(error)s)."),
    "no-reader": _("This build of Klardesk has no reader for --%(kind)s."),
    "no-weasyprint": _("A PDF needs WeasyPrint (pip install 'klardesk[pdf]'), which cannot be used here (%(error)s)."),
    "cannot-write": _("%(path)s cannot be written (%(error)s)."),
    "no-key": _("The installation's key cannot be used (%(error)s)."),
    "learn-unnamed": _("%(path)s does not say which release it is, or leaves open whose: give --family and --version."),
    "learn-known": _("%(family)s %(version)s is known already; nothing was changed."),
    "learn-altered": _(
        "%(path)s is not as its maker packed it: %(count)s files differ from its ARCHIVE, the first is %(file)s. Nothing "
        "was learned."
    ),
    "odd-name": _("%(path)s has a name that is no text; it was not looked at."),
    "archive-too-large": _("%(path)s unpacks to more than %(limit)s MB; it was not read on."),
}

SAID: dict[str, str] = {
    "learned": _(
        "Learned %(name)s: %(files)s files, %(confirmed)s of them confirmed by its ARCHIVE. Kept in %(path)s."
    ),
    "signed": _("Signed with the key %(key)s, and not altered since."),
    "unsigned": _("This report is not signed."),
    "altered": _("This report was altered after it was signed, or its signature is none."),
    "other-key": _("Signed with another key: %(key)s."),
    "no-report": _("no report of an inspection"),
}
"""What the command says of things that are no findings."""
