"""The entries of the communication log as a person reads them, in the active language. Text from outside is only ever a
value of a sentence; templates escape it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from klardesk.mail.events import WITHHELD
from klardesk.mail.log.entries import Entry
from klardesk.texts.models import Occasion
from klardesk.web.formats import moment_text

TONES = {"info": "neutral", "notice": "warning", "error": "danger"}
FOUND_BY: dict[str, Promise] = {
    "subject": gettext_lazy("the number in the subject"),
    "reference": gettext_lazy("the mail it answers"),
    "text": gettext_lazy("a number in the text"),
    "attachment": gettext_lazy("a number in an attachment"),
    "raw": gettext_lazy("a number somewhere in the mail"),
    "filter": gettext_lazy("the number that a filter read"),
    "external": gettext_lazy("another system's number"),
}
WAYS: dict[str, Promise] = {
    "asked": gettext_lazy("a header or a filter asked for it"),
    "fixed": gettext_lazy("all mails of this mailbox or pipe go there"),
    "address": gettext_lazy("the address it was sent to leads there"),
    "default": gettext_lazy("no address of the desk was named, so it is the default queue"),
}
_STRANGER = {
    "known": gettext_lazy(
        "The sender has no part in that ticket; by the options a stranger's mail begins a new ticket."
    ),
    "internal": gettext_lazy("The sender has no part in that ticket; by the options a stranger's mail is internal."),
}
_PLACED = {
    "new": gettext_lazy("It began ticket {number} in the queue {queue}: {way}."),
    "follow_up": gettext_lazy("It joined ticket {number}."),
    "reject": gettext_lazy("It joined the closed ticket {number}, which stays closed; its queue takes no follow-ups."),
    "new_from_old": gettext_lazy(
        "It began ticket {number} in the queue {queue} ({way}), linked with the closed one, whose queue wants new tickets."
    ),
}
_KEPT = {
    "delete": gettext_lazy("New mails kept: {count}; they are deleted on the server."),
    "seen": gettext_lazy("New mails kept: {count}; they are marked as read on the server."),
    "move": gettext_lazy("New mails kept: {count}; on the server they are moved to {folder}."),
}
_VARIANTS = {"placed": ("outcome", _PLACED), "stranger": ("policy", _STRANGER), "kept": ("after", _KEPT)}
"""Codes with several sentences: which value chooses."""
_SENTENCES: dict[str, Promise] = {
    "headers_believed": gettext_lazy("The mailbox is trusted: headers of the mail steered the desk."),
    "headers_not_believed": gettext_lazy("Headers that ask to steer the desk were not believed: {names}."),
    "filter": gettext_lazy("The filter “{name}” matched."),
    "filters_not_matched": gettext_lazy("Filters that did not match: {names}."),
    "no_ticket_named": gettext_lazy("It names no ticket of this desk."),
    "found": gettext_lazy("It names ticket {number}, found by {way}."),
    "internal": gettext_lazy("It answers an internal mail, so the customer does not see it."),
    "report": gettext_lazy("It is a report about a mail of this desk; it went to ticket {number}."),
    "no_answer_set": gettext_lazy("No automatic answer: the queue {queue} has none for the occasion “{occasion}”."),
    "no_answer_of_archive": gettext_lazy("No automatic answer: the mailbox is an archive."),
    "no_answer_due": gettext_lazy("No automatic answer: the mail does not speak for a customer."),
    "answered": gettext_lazy("The automatic answer “{name}” goes to {addresses}."),
    "answer_withheld": gettext_lazy("No automatic answer to {address}: {reason}."),
    "attempt_failed": gettext_lazy("Attempt {attempt} to process it failed: {words}"),
    "asked_again": gettext_lazy("{by} had it processed again."),
    "taken": gettext_lazy("{server} took it for {addresses} and said: {answer}"),
    "refused": gettext_lazy("{server} refused {address} for good: {words}"),
    "put_off": gettext_lazy("{server} put {address} off: {words}"),
    "server_lost": gettext_lazy("The server could not be used; the mail waits: {words}"),
    "reported": gettext_lazy("A report came back: not delivered to {addresses}: {words}"),
    "sent_again": gettext_lazy("{by} had it sent again to {addresses}."),
    "taken_back": gettext_lazy("{by} stopped it; nobody got it."),
    "connected_plainly": gettext_lazy("{server} let the desk in ({protection}). It said: {greeting}"),
    "connected": gettext_lazy("{server} let the desk in as {login} ({protection}). It said: {greeting}"),
    "waiting": gettext_lazy("Mails on the server: {count}, known already: {known}."),
    "not_given": gettext_lazy("The server did not give the mail with UID {uid}: {words}"),
    "announced": gettext_lazy("The server announced new mail (IDLE)."),
    "handed_over": gettext_lazy("Mails taken: {count} of {of}."),
    "renewed": gettext_lazy("The provider gave a token that counts {seconds} seconds."),
    "failed": gettext_lazy("It failed: {words}"),
}
_SYMBOLS = {
    "filter": "funnel", "found": "search", "placed": "ticket", "report": "mail-warning", "answered": "send",
    "attempt_failed": "triangle-alert", "taken": "check", "refused": "mail-warning", "reported": "mail-warning",
    "connected": "log-in", "kept": "download", "handed_over": "send", "failed": "triangle-alert", "renewed": "key-round",
    "server_lost": "hourglass", "put_off": "hourglass", "asked_again": "refresh-cw", "sent_again": "refresh-cw",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail's or a connection's story. `tone` and `symbol` as in the components; `href` leads further."""

    at: datetime
    text: str
    code: str
    level: str = "info"
    details: tuple[str, ...] = ()
    href: str = ""
    repeated: str = ""

    @property
    def tone(self) -> str:
        """The colour of its level; what ended well is good."""
        return "good" if self.code in ("placed", "taken") else TONES.get(self.level, "neutral")

    @property
    def seconds(self) -> str:
        """What a moment to the minute leaves out; servers' own logs have it."""
        return self.at.strftime(":%S")

    @property
    def symbol(self) -> str:
        """The icon of what happened."""
        return _SYMBOLS.get(self.code, "circle-dot")


def line(entry: Entry) -> Line:
    """An entry in the active language; one of a code that is not known any more is shown by its code."""
    values = {name: _shown(value) for name, value in entry.items()} | _worded(entry)
    template = _template(entry)
    text = str(template).format_map(_Lenient(values)) if template else str(entry.get("code", ""))
    return Line(
        datetime.fromisoformat(entry["at"]), text, entry["code"], entry.get("level", "info"),
        tuple(map(str, entry.get("values", ()))), _href(entry), _repeated(entry),
    )  # fmt: skip


class _Lenient(dict[str, str]):
    """Values that an entry lacks are a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _template(entry: Entry) -> Promise | None:
    if entry["code"] == "connected" and not entry.get("login"):
        return _SENTENCES["connected_plainly"]
    if entry["code"] not in _VARIANTS:
        return _SENTENCES.get(entry["code"])
    name, sentences = _VARIANTS[entry["code"]]
    return sentences.get(entry.get(name, ""))


def _worded(entry: Entry) -> dict[str, str]:
    """Those values that are words of the desk, in the reader's language."""
    match entry["code"]:
        case "found":
            return {"way": str(FOUND_BY.get(entry.get("by", ""), "–"))}
        case "placed":
            return {"way": str(WAYS.get(entry.get("way", ""), "–"))}
        case "no_answer_set":
            return {"occasion": str(dict(Occasion.choices).get(entry.get("occasion", ""), "–"))}
        case "answer_withheld":
            return {"reason": withheld(entry.get("reason", ""))}
        case "connected":
            return {"protection": entry.get("protection") or _("without encryption")}
    return {}


def problem_text(problem: Mapping[str, Any]) -> str:
    """What the parser, a header or a filter brought about, as it stands in `IncomingMail.problems`."""
    sentence, values = problem.get("sentence"), dict(problem.get("values") or {})
    if not sentence:
        return str(problem.get("message", ""))
    # these values are words of the desk themselves
    values |= {name: _(values[name]) for name in ("where", "problem") if values.get(name)}
    return _(sentence).format_map(_Lenient(values)) if values else _(sentence)


def withheld(reason: str) -> str:
    """Why an automatic answer was withheld: the same words as in a ticket's history."""
    words = WITHHELD.get((get_language() or "en")[:2], WITHHELD["en"])
    return words.get(reason, reason)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value) if value not in ("", None) else "–"


def _href(entry: Mapping[str, Any]) -> str:
    code = entry["code"]
    if code == "filter" and entry.get("key"):
        return reverse("admin_mail_filter", args=[entry["key"]])
    if code == "report" and entry.get("mail"):
        return reverse("admin_mail_log_out", args=[entry["mail"]])
    if code == "taken" and entry.get("connection"):
        return reverse("admin_mail_log_connection", args=[entry["connection"]])
    if code in ("found", "placed") and entry.get("ticket"):
        return reverse("ticket", args=[entry["ticket"]])
    return ""


def _repeated(entry: Entry) -> str:
    if entry.get("times", 1) < 2:
        return ""
    moment = datetime.fromisoformat(entry["last"])
    last = moment_text(moment) + moment.strftime(":%S")
    return _("{times} times, the last one at {moment}").format(times=entry["times"], moment=last)
