"""How protection is told to people: the mark at an article, and the sentences that explain it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.mail.crypto.verdict import PARTLY, PARTLY_SEALED
from klardesk.mail.keys.models import Kind, Verdict
from klardesk.tickets.slots import Badge, Tone

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from klardesk.mail.keys.models import Protection

_TONES: dict[str, Tone] = {
    Verdict.GOOD: "good", Verdict.BAD: "danger", Verdict.EXPIRED: "warning", Verdict.UNKNOWN: "warning",
    Verdict.WITHDRAWN: "warning", Verdict.SIGNED: "neutral", Verdict.OPENED: "accent", Verdict.CLOSED: "danger",
    Verdict.SEALED: "neutral",
}  # fmt: skip
_ICONS: dict[str, str] = {
    Verdict.BAD: "shield-alert", Verdict.OPENED: "lock-open", Verdict.CLOSED: "lock", Verdict.SEALED: "lock",
    Verdict.UNKNOWN: "shield-alert", Verdict.EXPIRED: "shield-alert", Verdict.WITHDRAWN: "shield-alert",
}  # fmt: skip
STRANGER = gettext_lazy(
    "The signature is good, but the signer's certificate or key does not bear the address that the mail gives as its sender. "
    "Who wrote it is {name}, not necessarily who From says."
)
NO_KEY = gettext_lazy(
    "The mail is signed, but the key that could check it is not here, so nothing can be said about who wrote it or whether it "
    "was changed. Once an administrator added the key, the mail can be read again here."
)
BESIDE = gettext_lazy(
    "Only a part of the mail is protected; this part alone is shown. The whole mail, with what stood beside it, is the file "
    "mail.eml."
)
EXPLAINED: dict[str, Promise] = {
    Verdict.GOOD: gettext_lazy(
        "The text and the files that are shown are what {name} signed: nothing of them was changed. Somebody whom the desk "
        "trusts vouches for the certificate or key. The subject and the other headers are not part of it."
    ),
    Verdict.BAD: gettext_lazy(
        "The mail was changed after it was signed, or damaged on its way. It is shown as it came; treat it as a mail that "
        "nobody signed."
    ),
    Verdict.EXPIRED: gettext_lazy(
        "What is shown is what was signed, but the certificate or key of {name} had expired when the mail was read."
    ),
    Verdict.UNKNOWN: gettext_lazy(
        "What is shown is what was signed, but nobody whom the desk trusts vouches that it was {name}: anybody can make a "
        "certificate or key with any name. An administrator can trust it after comparing the fingerprint by another way."
    ),
    Verdict.WITHDRAWN: gettext_lazy(
        "What is shown is what was signed, but the certificate or key of {name} was withdrawn by its owner or by this desk."
    ),
    Verdict.SIGNED: gettext_lazy("The desk signed this mail with the certificate or key of {name}."),
    Verdict.OPENED: gettext_lazy(
        "The mail came encrypted and was opened with the desk's key of {name}. Its bytes are kept as they came. Answers are "
        "encrypted too unless somebody chooses otherwise."
    ),
    Verdict.CLOSED: gettext_lazy(
        "The mail is encrypted and none of the desk's keys opens it. It is kept as it came. If an administrator adds the "
        "right key, the mail can be read again here."
    ),
    Verdict.SEALED: gettext_lazy(
        "The desk sent this mail encrypted for {name}. Here its text stands as it was written; the kept bytes are what went out."
    ),
}  # fmt: skip


def protection_badge(layer: Protection, href: str) -> Badge:
    """The mark of one layer."""
    return Badge(
        text=_text(layer), tone=tone_of(layer), icon=_ICONS.get(layer.verdict, "shield-check"), href=href,
        detail=f"{Kind(layer.kind).label}: {explained(layer)}",
    )  # fmt: skip


def tone_of(layer: Protection) -> Tone:
    """Good only if the signer is the sender, and nothing stood beside what was signed."""
    doubt = layer.verdict == Verdict.GOOD and (not layer.by_sender or _is_partial(layer))
    return "warning" if doubt else _TONES[layer.verdict]


def explained(layer: Protection) -> str:
    """What it means, in whole sentences."""
    text = EXPLAINED[layer.verdict]
    if layer.verdict == Verdict.GOOD and not layer.by_sender:
        text = STRANGER
    elif layer.verdict == Verdict.UNKNOWN and not layer.fingerprint:
        text = NO_KEY
    told = str(text).format(name=named(layer))
    return f"{told} {BESIDE}" if _is_partial(layer) else told


def named(layer: Protection) -> str:
    """Who signed, or whose key it is: the name, and the addresses if they say more."""
    addresses = ", ".join(layer.addresses.split())
    if not layer.name or layer.name.lower() in addresses:
        return addresses or layer.name or "–"
    return f"{layer.name} ({addresses})" if addresses else layer.name


def _is_partial(layer: Protection) -> bool:
    return any(each in layer.reason for each in (PARTLY, PARTLY_SEALED))


def _text(layer: Protection) -> str:
    if layer.verdict == Verdict.GOOD and layer.by_sender and _is_partial(layer):
        return _("signed in part by {name}").format(name=layer.name or layer.addresses)
    if layer.verdict == Verdict.GOOD:
        text = _("signed by {name}") if layer.by_sender else _("signed by {name}, not by the sender")
        return text.format(name=layer.name or layer.addresses)
    return str(Verdict(layer.verdict).label)
