"""The fixed words of a report, in English; the catalogue has their German."""

from klardesk.otrs.inspect.marking import counted as ngettext
from klardesk.otrs.inspect.marking import marked as _

LABELS: dict[str, str] = {
    "title": _("Inspection report"),
    "of": _("Inspected"),
    "at": _("Time of the report"),
    "release": _("What it is"),
    "verdict": _("Verdict"),
    "worst": _("The five worst"),
    "todo": _("What to do"),
    "findings": _("All findings"),
    "none": _("Nothing was found."),
    "nothing_high": _("No finding of level high or above."),
    "sheets": _("Tables"),
    "skipped": _("What was not inspected, and why"),
    "all_inspected": _("Everything that was given was inspected."),
    "inspected": _("Checks that were made"),
    "facts": _("Figures"),
    "place": _("Place"),
    "evidence": _("Evidence"),
    "level": _("Level"),
    "confidence": _("Confidence"),
    "remedy": _("Remedy"),
    "more": ngettext("%(count)s more place", "%(count)s more places"),
    "line": _("line %(line)s"),
    "home": _("Home"),
    "database": _("Database"),
    "data": _("Data"),
    "data_line": _("%(releases)s releases, %(advisories)s advisories, %(settings)s settings"),
    "signed": _("Signed with the installation's key %(key)s."),
    "unsigned": _("This report is not signed: there is no key of an installation here."),
    "digest": _("SHA-256 of the report's values"),
    "made_by": _(
        "Made by Klardesk %(version)s, read-only and without any connection but to the database it was given."
    ),
    "yes": _("yes"),
    "no": _("no"),
}
LEVELS: dict[str, str] = {
    "critical": _("critical"),
    "high": _("high"),
    "medium": _("medium"),
    "low": _("low"),
    "info": _("for information"),
}
CONFIDENCES: dict[str, str] = {"proven": _("proven"), "likely": _("likely"), "hint": _("a hint")}
AREA_NAMES: dict[str, str] = {
    "release": _("Release"),
    "files": _("Files"),
    "code": _("Changed code"),
    "permissions": _("Permissions and secrets"),
    "packages": _("Packages"),
    "settings": _("Settings"),
    "advisories": _("Known holes"),
    "people": _("Accounts"),
    "outgoing": _("What runs and what goes out"),
    "schema": _("Structure of the database"),
    "data": _("Data"),
    "takeover": _("Taking over"),
}
VERDICTS: dict[str, str] = {
    "critical": _("Act today. At least one thing lets strangers in, or lets data out."),
    "high": _("Act this week. There are things here that should not be in a system others rely on."),
    "medium": _("Nothing needs to be done at once, but there are things to be put in order."),
    "low": _("In good order, but for small things."),
    "info": _("In good order. Nothing worth a complaint was found."),
}
KINDS: dict[str, str] = {
    "is": _("By its files it is %(release)s: %(percent)s %% of the files it has in common with it are as shipped."),
    "either": _("By its files it is one of: %(candidates)s. They differ in too few files to tell them apart here."),
    "mixture": _("By its files it is a mixture of %(release)s and %(runner_up)s."),
    "based": _("By its files it is based on %(release)s, but only %(percent)s %% of the common files are as shipped."),
    "unknown": _(
        "By its files it is no known release. The nearest is %(release)s (%(percent)s %% of the common files)."
    ),
    "none": _("No files were given, or none that are known, so the release was not told from files."),
    "later": _("It may also be a later release of that line, which the data do not have."),
    "schema": _("By the structure of its database it is %(schema)s."),
    "holes": _(
        "%(open)s known holes are open; of the first one that could have been closed, %(days)s days have passed."
    ),
    "holes_known": _("%(open)s known holes are open."),
    "unassessed": _("Of %(count)s known holes nobody has said whether it has them."),
}
