"""Findings about what changed or added code does: signs, which a person must look at."""

from klardesk.otrs.inspect.catalogue import kind
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.marking import marked as _

_LOOK = _(
    "Open the file at this line and have it explained. If nobody can, restore the original, and look who logged in since."
)
_WHERE = _("Found in changed or added code: %(shown)s")

kind(
    "code.login",
    Level.HIGH,
    confidence=Confidence.LIKELY,
    title=_("%(path)s may let somebody in without the normal check"),
    explanation=_(
        "A name or password is compared with a fixed value, or a log-in is granted by something a browser sends. Found: "
        "%(shown)s"
    ),
    remedy=_LOOK,
)
kind(
    "code.off",
    Level.HIGH,
    confidence=Confidence.LIKELY,
    title=_("%(path)s switches a check off"),
    explanation=_("A check of rights, tokens or certificates always says yes, or was commented out. Found: %(shown)s"),
    remedy=_LOOK,
)
kind(
    "code.outgoing",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("%(path)s opens connections or loads from elsewhere"),
    explanation=_WHERE,
    remedy=_("Find out what is sent to whom. If it is wanted, it belongs into the record of what leaves the house."),
)
kind(
    "code.shell",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("%(path)s runs commands of the system"),
    explanation=_WHERE,
    remedy=_("Find out which commands, and whether anything that a mail or a form brings becomes a part of them."),
)
kind(
    "code.eval",
    Level.MEDIUM,
    confidence=Confidence.LIKELY,
    title=_("%(path)s runs text as code"),
    explanation=_WHERE,
    remedy=_(
        "Find out where the text comes from. If it comes from a mail, a form or the database, anybody who writes there "
        "runs code."
    ),
)
kind(
    "code.hidden",
    Level.HIGH,
    confidence=Confidence.LIKELY,
    title=_("%(path)s has code that is hidden from readers"),
    explanation=_("Encoded or scrambled text is unpacked and used. Nobody has to hide honest code. Found: %(shown)s"),
    remedy=_LOOK,
)
kind(
    "code.accounts",
    Level.HIGH,
    confidence=Confidence.LIKELY,
    title=_("%(path)s writes accounts or rights into the database"),
    explanation=_WHERE,
    remedy=_LOOK,
)
