"""Titles and labels of the report's tables, in English; the catalogue has their German."""

from django.utils.translation import gettext_noop as _

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
