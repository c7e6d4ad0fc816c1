"""Titles and labels of the report's tables, in English; the catalogue has their German."""

from klardesk.otrs.inspect.marking import marked as _

FILE_CLASSES = {
    "release": _("As the release has it"),
    "line-ends": _("The same but for line ends"),
    "comments": _("Only comments or blank lines differ"),
    "other-release": _("As another release has it"),
    "changed": _("Changed"),
    "missing": _("Missing"),
    "added": _("Added"),
    "override": _("Replaced by a file in Custom"),
    "site": _("The site's own configuration"),
    "leftover": _("Left over from updates or packages"),
}
FILES_SHEET = _("Files by class")
FILES_SHEET_COLUMNS = (_("Class"), _("Files"))
UNASSESSED_SHEET = _("Known holes that nobody has assessed for this release")
UNASSESSED_COLUMNS = (_("Advisory"), _("CVE"), _("Published"), _("Severity"))
UNASSESSED_NOTE = _("Not assessed is not safe.")
JOBS_SHEET = _("Jobs that run by the clock, as files tell")
JOBS_COLUMNS = (_("File"), _("Line"), _("When"), _("Command"))
HOSTS_SHEET = _("Hosts that the settings name")
HOSTS_COLUMNS = (_("Setting"), _("Host"))
OPM_SHEET = _("Packages found as files")
OPM_COLUMNS = (
    _("File"),
    _("Package"),
    _("Version"),
    _("Maker"),
    _("Licence"),
    _("Files"),
    _("Changes of the database"),
)
