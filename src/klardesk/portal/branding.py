"""How the portal looks, as its options say, and the picture formats that may be its logo."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from klardesk.base.options import options
from klardesk.portal.options import BRAND
from klardesk.web.slots import Brand

LARGEST_LOGO = 512 * 1024
_MARKS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}


def brand() -> Brand:
    """The portal's face in the reader's language."""
    chosen = options(*BRAND)
    links = [(_("Imprint"), chosen["portal.imprint_url"]), (_("Privacy notice"), chosen["portal.privacy_url"])]
    logo, accent = chosen["portal.logo"], chosen["portal.accent"]
    return Brand(
        name=chosen["desk.name"], logo=reverse("portal_logo", args=[logo]) if logo else "",
        style=reverse("portal_style", args=[accent[1:].lower()]) if accent else "",
        welcome=in_language(chosen, "welcome"), foot=in_language(chosen, "footer"),
        links=tuple((label, address) for label, address in links if address),
    )  # fmt: skip


def news() -> str:
    """What customers are to know at once; may be empty."""
    return in_language(options("portal.news_en", "portal.news_de"), "news")


def in_language(chosen: dict[str, str], name: str) -> str:
    """The text of this name in the reader's language, else in the other one."""
    language = "de" if (get_language() or "en").startswith("de") else "en"
    other = "en" if language == "de" else "de"
    return chosen[f"portal.{name}_{language}"] or chosen[f"portal.{name}_{other}"]


def picture_kind(content: bytes) -> str:
    """`png`, `jpeg` or `webp` by the content's first bytes; empty for anything else, such as SVG, which can hold programs."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for kind, mark in _MARKS.items() if content.startswith(mark)), "")
