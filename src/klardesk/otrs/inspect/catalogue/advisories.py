"""Findings about known holes: what somebody can do by one, and how it stands."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import counted as ngettext
from klardesk.otrs.inspect.marking import marked as _

EFFECTS: dict[str, str] = {
    "code": _("%(id)s is open: somebody can run own code or commands on the server"),
    "sql": _("%(id)s is open: somebody can send own commands to the database"),
    "rights": _("%(id)s is open: somebody can get rights, or a name, that are not theirs"),
    "secrets": _("%(id)s is open: passwords, keys or sessions can get out"),
    "script": _("%(id)s is open: a mail, an address or an entry can run script in somebody's browser"),
    "read": _("%(id)s is open: somebody can read what is not for them"),
    "write": _("%(id)s is open: data or files can be changed or deleted without the right to"),
    "remote": _("%(id)s is open: foreign content is loaded, or somebody is led elsewhere"),
    "stall": _("%(id)s is open: a mail or a request can stop the system"),
    "transport": _("%(id)s is open: encrypted connections do not check whom they speak to"),
    "library": _("%(id)s is open: an outdated library with known holes is part of it"),
    "other": _("%(id)s is open"),
}
_TOLD = _("Published on %(published)s (%(cve)s). It is fixed with version %(fixed)s; this is %(release)s.")
_NEVER = _("Published on %(published)s (%(cve)s). Nobody has published a fix for this family; this is %(release)s.")

for _effect, _title in EFFECTS.items():
    kind(
        f"advisories.open.{_effect}",
        Level.MEDIUM,
        confidence=Confidence.LIKELY,
        title=_title,
        explanation=_TOLD,
        remedy=_("Install the newest release of a line that is still looked after; version %(fixed)s has this fix."),
    )
    kind(
        f"advisories.unfixed.{_effect}",
        Level.MEDIUM,
        confidence=Confidence.LIKELY,
        title=_title,
        explanation=_NEVER,
        remedy=_("Move to a product that is looked after. Until then, let only those reach it who must."),
    )
kind(
    "advisories.lost",
    Level.HIGH,
    title=_("The fix of %(id)s is not in %(path)s, though %(release)s has it"),
    explanation=_("The file has the content it had before version %(fixed)s. The hole is open (%(cve)s)."),
    remedy=_("Restore the file from the official archive of %(release)s, and find out how the old one came back."),
)
kind(
    "advisories.backported",
    Level.INFO,
    title=_("The fix of %(id)s was taken over singly: %(path)s"),
    explanation=_("By its number %(release)s has this hole, but the file has the content with the fix."),
    remedy=_("Nothing need be done for this hole."),
)
kind(
    "advisories.unassessed",
    Level.INFO,
    title=ngettext(
        "Of %(count)s known hole nobody has said whether %(release)s has it",
        "Of %(count)s known holes nobody has said whether %(release)s has them",
    ),
    explanation=_(
        "Their advisories speak of later lines or of other families of the product only. That does not mean that it is "
        "safe from them."
    ),
    remedy=_("Ask your supplier for a statement, or move to a line that is assessed."),
)
