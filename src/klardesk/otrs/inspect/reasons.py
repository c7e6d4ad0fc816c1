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
    "odd-name": _("%(path)s has a name that is no text; it was not looked at."),
    "archive-too-large": _("%(path)s unpacks to more than %(limit)s MB; it was not read on."),
    "too-large": _("%(path)s is larger than %(limit)s MB; its content was not looked at."),
}
