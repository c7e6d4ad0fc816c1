"""Findings about single files."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import counted as ngettext
from klardesk.otrs.inspect.marking import marked as _

_LOST = _("Write down why it was changed. The next update replaces it, and the change is lost.")
_ORIGINAL = _("Compare it with the file of the official archive, and ask who changed it and why.")
_UNLIKE = _("Its content is in no known release at this place; %(release)s has another one.")

kind(
    "files.line-ends",
    Level.INFO,
    title=_("%(path)s differs in its line ends alone"),
    explanation=_("The content is the release's; it was copied by way of a system with other line ends."),
    remedy=_("Nothing need be done."),
)
kind(
    "files.comments",
    Level.INFO,
    confidence=Confidence.LIKELY,
    title=_("%(path)s differs in comments or blank lines alone"),
    explanation=_("Without its comments the code is that of the original."),
    remedy=_("Nothing need be done."),
)
kind(
    "files.leftover",
    Level.INFO,
    title=_("%(path)s was left over from an update or a package"),
    explanation=_("It is not used any more, or kept for the removal of a package."),
    remedy=_("Once the package or update is settled, it may go."),
)
kind(
    "files.other-release",
    Level.MEDIUM,
    title=_("%(path)s is from %(origin)s"),
    explanation=_("The content is that of %(origin)s, while the rest of the installation is %(release)s."),
    remedy=_(
        "If it is a fix that was taken over singly, install the release that has it. If nobody knows why, restore the file."
    ),
)
kind(
    "files.changed-language",
    Level.LOW,
    title=_("The translation %(path)s was changed"),
    explanation=_UNLIKE,
    remedy=_LOST,
)
kind(
    "files.changed-template",
    Level.MEDIUM,
    title=_("The template %(path)s was changed"),
    explanation=_UNLIKE,
    remedy=_LOST,
)
kind("files.changed-skin", Level.LOW, title=_("The skin file %(path)s was changed"), explanation=_UNLIKE, remedy=_LOST)
kind(
    "files.changed-package",
    Level.MEDIUM,
    title=_("A package replaced %(path)s"),
    explanation=_(
        "The release's own content was put aside as a file of the same name with .save, as the package manager does it. "
        "Package: "
        "%(package)s. The fixes of %(release)s and later do not reach a file that a package replaces."
    ),
    remedy=_(
        "Ask the package's maker for a version made for this release, and whether the file must be replaced at all."
    ),
)
kind(
    "files.changed-web",
    Level.MEDIUM,
    title=_("The file %(path)s, which browsers load, was changed"),
    explanation=_UNLIKE,
    remedy=_ORIGINAL,
)
kind(
    "files.changed-code",
    Level.MEDIUM,
    title=_("The program file %(path)s was changed"),
    explanation=_UNLIKE,
    remedy=_ORIGINAL,
)
kind(
    "files.changed-guard",
    Level.HIGH,
    title=_("%(path)s was changed, which decides who gets in"),
    explanation=_(
        "The file belongs to log-in, sessions, rights or packages. Its content is in no known release; %(release)s has "
        "another one."
    ),
    remedy=_(
        "Compare it with the file of the official archive today, line by line, and restore it if nobody can explain the "
        "change."
    ),
)
kind("files.changed-other", Level.LOW, title=_("%(path)s was changed"), explanation=_UNLIKE, remedy=_LOST)
kind(
    "files.override",
    Level.MEDIUM,
    title=_("%(path)s replaces a file of the product"),
    explanation=_(
        "What lies in Custom is used instead of %(original)s, and no update touches it: the fixes of the product do not "
        "arrive there."
    ),
    remedy=_("After each update, compare it with the new %(original)s. Better: make it a package or a setting."),
)
kind(
    "files.missing",
    Level.LOW,
    title=_("%(path)s is missing"),
    explanation=_("The release has this file, and the installation does not."),
    remedy=_("If nobody took it away on purpose, restore it from the official archive."),
)
kind(
    "files.missing-folder",
    Level.LOW,
    title=ngettext(
        "The folder %(path)s is missing, with %(count)s file", "The folder %(path)s is missing, with %(count)s files"
    ),
    explanation=_("The release has this folder, and the installation does not."),
    remedy=_("If nobody took it away on purpose, restore it from the official archive."),
)
kind(
    "files.added-code",
    Level.MEDIUM,
    title=_("The program file %(path)s was added"),
    explanation=_("%(release)s has no such file, nor has any package that is known to this inspection."),
    remedy=_("Ask who put it there and what calls it. If nobody knows, take it away."),
)
kind(
    "files.added-web",
    Level.HIGH,
    title=_("%(path)s lies where anybody can call it, and may be run by the web server"),
    explanation=_("No release has programs there. Such a file is how intruders usually keep their way in."),
    remedy=_(
        "Take it away from there, keep a copy with its times for the investigation, and look for its address in the web "
        "server's log."
    ),
)
kind(
    "files.added-package",
    Level.INFO,
    title=_("%(path)s belongs to the package %(package)s"),
    explanation=_("The installation's list of packages names it."),
    remedy=_("Nothing need be done."),
)
kind(
    "files.added-other",
    Level.INFO,
    title=_("%(path)s was added"),
    explanation=_("%(release)s has no such file. It is no program."),
    remedy=_("If nobody needs it, take it away."),
)
