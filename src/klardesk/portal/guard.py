"""Keeping machines from the public forms without asking anybody outside: a signed moment, a trap, and what texts look like."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.base.options import options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from klardesk.portal.models import WebForm

TRAP = "website"
"""A field that people do not see, and programs fill in."""
TOKEN = "token"  # noqa: S105 - the field's name
LIFE = 24 * 60 * 60
_SALT = "klardesk.web form"
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a form is taken: the key under which it counts once, or why it is refused."""

    key: str = ""
    refusal: str = ""


def new_token(form: WebForm) -> str:
    """A signed word for one showing of the form: which form, when, and a random key."""
    words = {"form": form.name, "at": int(clock.now().timestamp()), "key": secrets.token_urlsafe(18)}
    return signing.dumps(words, salt=_SALT)


def judge(form: WebForm, sent: Mapping[str, str], token: str) -> Verdict:
    """Look at what was sent. The refusals tell people what to do, and machines nothing that helps them."""
    limits = options("portal.form_seconds", "portal.form_links")
    try:
        words = signing.loads(token, salt=_SALT)
        age = clock.now().timestamp() - words["at"]
        known = words["form"] == form.name and age <= LIFE
    except (signing.BadSignature, KeyError, TypeError):
        return Verdict(refusal=_("The form is too old. Please send it again."))
    if not known:
        return Verdict(refusal=_("The form is too old. Please send it again."))
    if age < limits["portal.form_seconds"] or sent.get(TRAP, "").strip():
        return Verdict(refusal=_("That was too fast. Please wait a few seconds and send it again."))
    links = len(_LINK.findall(f"{sent.get('subject', '')} {sent.get('text', '')}"))
    if links > limits["portal.form_links"]:
        return Verdict(refusal=_("The text holds too many web addresses. Please take some out."))
    if form.question and form.answer and not _same(sent.get("reply", ""), form.answer):
        return Verdict(refusal=_("The answer to the question is not right."))
    return Verdict(key=f"form:{words['key']}")


def _same(given: str, wanted: str) -> bool:
    return " ".join(given.split()).casefold() == " ".join(wanted.split()).casefold()
