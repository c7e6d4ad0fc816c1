"""Findings about which release it really is."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

kind(
    "release.claim",
    Level.HIGH,
    title=_("%(source)s says %(claimed)s, but the files are %(found)s"),
    explanation=_(
        "Which release this is was told from the contents of its files alone. %(source)s claims another one. Either an "
        "update "
        "was not finished, or somebody wants it to look like another release."
    ),
    remedy=_(
        "Find out who changed %(source)s, and treat the installation as %(found)s: its holes are those of that release."
    ),
)
kind(
    "release.claim-later",
    Level.LOW,
    confidence=Confidence.LIKELY,
    title=_("%(source)s says %(claimed)s, which the data do not know; the files are nearest to %(found)s"),
    explanation=_(
        "The claim may be true: it is a later release of the same line, and files differ from the newest one that is known."
    ),
    remedy=_(
        "Get the official archive of %(claimed)s, have it learned with klardesk inspect learn, and inspect again."
    ),
)
kind(
    "release.claim-unproven",
    Level.MEDIUM,
    confidence=Confidence.HINT,
    title=_("%(source)s says %(claimed)s, and the files prove neither that nor another release"),
    explanation=_("Too many files differ from every known release; the nearest is %(found)s."),
    remedy=_(
        "If there is an official archive of %(claimed)s, have it learned with klardesk inspect learn, and inspect again."
    ),
)
kind(
    "release.either",
    Level.INFO,
    title=_("The files fit these releases alike, or nearly: %(names)s"),
    explanation=_(
        "What would decide is changed, missing, or the same in them. These files would tell them apart: %(deciding)s."
    ),
    remedy=_("Treat it as the oldest of them."),
)
kind(
    "release.mixture",
    Level.MEDIUM,
    title=_("A mixture of %(release)s and %(other)s"),
    explanation=_(
        "%(only)s files fit %(release)s and not %(other)s; %(against)s files it is the other way round. An update was not "
        "finished, fixes were taken over singly, or files were copied."
    ),
    remedy=_(
        "Do not run it like this. Install one release whole, from its official archive, and apply own changes to it again."
    ),
)
kind(
    "release.based",
    Level.MEDIUM,
    title=_("Based on %(release)s, and heavily changed"),
    explanation=_("Only %(percent)s %% of the files it has in common with that release are as the maker shipped them."),
    remedy=_("Ask for the reason of each change. An update will overwrite all of them."),
)
kind(
    "release.unknown",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("No known release; the nearest is %(release)s"),
    explanation=_(
        "%(percent)s %% of the common files fit %(release)s, and %(missing)s of its %(expected)s files are missing. It is "
        "a release "
        "that the data do not have, a part of one, or a product of its own."
    ),
    remedy=_("Ask who supplied it for the archive it was installed from, have that learned, and inspect again."),
)
kind(
    "release.later",
    Level.INFO,
    confidence=Confidence.HINT,
    title=_("%(release)s, or a later release of its line that the data do not have"),
    explanation=_(
        "It is the newest known release of its line, but files were changed and added as a later one would have it."
    ),
    remedy=_(
        "If a later release was installed, have its official archive learned with klardesk inspect learn, and inspect again."
    ),
)
kind(
    "release.parts",
    Level.INFO,
    title=_("Only a part of an installation was given: %(absent)s is not there"),
    explanation=_("What was not given was not inspected, and is not counted as missing."),
    remedy=_("Give the whole home for a whole answer."),
)
kind(
    "release.archive-adjusted",
    Level.HIGH,
    title=_("ARCHIVE was made to fit the changed file %(path)s"),
    explanation=_(
        "ARCHIVE lists the checksums of the release's files, and the product's own check compares with it. For this file "
        "it lists "
        "the changed content, not that of %(release)s, so that the product's check finds nothing."
    ),
    remedy=_("Find out who changed both. Compare the file with that of the official archive."),
)
