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
    "too-large": _("%(path)s is larger than %(limit)s MB; its content was not looked at."),
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
