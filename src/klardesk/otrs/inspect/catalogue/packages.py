"""Findings about packages."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

kind(
    "packages.replaces",
    Level.MEDIUM,
    title=_("The package %(package)s replaces files of the product: %(files)s"),
    explanation=_(
        "What the product's maker mends in these files does not arrive while the package is installed. %(count)s files in "
        "all."
    ),
    remedy=_("Ask its maker for a version made for this release, and whether the files must be replaced at all."),
)
kind(
    "packages.outside",
    Level.HIGH,
    title=_("The package %(package)s writes outside the installation: %(files)s"),
    explanation=_("No package needs that. The product may refuse it, or overwrite files of the machine."),
    remedy=_("Do not install it, and ask its maker."),
)
kind(
    "packages.database",
    Level.LOW,
    title=_("The package %(package)s changes the database: %(steps)s"),
    explanation=_("Tables and columns of its own are not touched by an ordinary upgrade, or are in its way."),
    remedy=_("Before an upgrade, ask its maker what becomes of these data."),
)
kind(
    "packages.code",
    Level.LOW,
    title=_("The package %(package)s runs code when it is installed or removed"),
    explanation=_("Phases: %(phases)s. The code runs with all rights of the system."),
    remedy=_("Read it before you install the package."),
)
kind(
    "packages.sign",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("The package %(package)s: %(path)s has code to look at"),
    explanation=_("Kind of sign: %(sign)s. Found: %(shown)s"),
    remedy=_("Have it explained by the package's maker."),
)
kind(
    "packages.unnamed",
    Level.LOW,
    title=_("The package %(package)s does not say who made it, or under which licence"),
    explanation=_("Maker: %(vendor)s. Licence: %(license)s. Nobody can be asked for fixes."),
    remedy=_("Find out where it came from before an upgrade."),
)
