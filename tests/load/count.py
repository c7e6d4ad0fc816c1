"""Counting at the end: what came in, what went out, what is missing and what is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from tests.load import mails


@dataclass
class Count:
    """The result; `wrong` says in words what should not be, and is empty if all is well."""

    incoming: int = 0
    articles: int = 0
    lost: int = 0
    doubled: int = 0
    outgoing: int = 0
    answers: int = 0
    out_lost: int = 0
    out_doubled: int = 0
    out_repeated: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, found: Iterable[Any]) -> int:
        """Note what should be empty and is not; how many there are."""
        listed = list(found)
        if listed:
            self.wrong.append(f"{len(listed)} {what}: {listed[:5]}")
        return len(listed)


def count(number: int, figures: dict[str, Any], arrived: Counter[str], may_repeat: Counter[str]) -> Count:
    """From the desk's figures and the Message-IDs that arrived at customers. `may_repeat`: how often a mail may have
    come once more, since its acknowledgement was lost.
    """
    result = Count(incoming=number, outgoing=len(figures["outgoing"]))
    _count_in(result, number, figures)
    _count_tickets(result, figures)
    _count_out(result, figures["outgoing"], arrived, may_repeat)
    return result


def arrived_at(maildir: Path) -> Counter[str]:
    """The Message-IDs of the mails in a Maildir."""
    files = [path for name in ("new", "cur") for path in (maildir / name).glob("*")]
    parser = BytesHeaderParser()
    found: Counter[str] = Counter()
    for path in files:
        with path.open("rb") as file:
            found[str(parser.parse(file)["Message-ID"])] += 1
    return found


def _count_in(result: Count, number: int, figures: dict[str, Any]) -> None:
    """Each mail became one article in each mailbox it was sent to, with its file."""
    came = {row["digest"]: row["mailbox__name"] for row in figures["incoming"]}
    result.expect("kept mails not processed", [row for row in figures["incoming"] if row["state"] != "processed"])
    customers = [row for row in figures["articles"] if row["sender"] == "customer"]
    articles = {row["id"]: row for row in customers}
    result.articles = len(articles)
    found = Counter(
        (came.get(row["raw"], "nowhere"), word[0])
        for row in articles.values()
        if (word := mails.TOKEN.search(row["text"]))
    )
    expected = mails.expected(number)
    result.lost = result.expect("mails lost", expected - found.keys())
    result.expect("articles of no mail", found.keys() - expected)
    result.doubled = result.expect("mails doubled", [each for each, times in found.items() if times > 1])
    result.expect("articles without their word", range(len(articles) - found.total()))
    result.expect("kept mails too many or too few", range(abs(len(figures["incoming"]) - len(expected))))
    files = Counter(row["attachments__name"] for row in customers if row["attachments__name"])
    wanted = Counter(f"{word}.bin" for _address, word in expected if int(word[5:11]) % 5 == 4)
    result.expect("files lost or doubled", ((files - wanted) + (wanted - files)).items())


def _count_tickets(result: Count, figures: dict[str, Any]) -> None:
    """Each ticket began with a mail, and that mail was answered once, unless a machine wrote it."""
    first: dict[int, dict[str, Any]] = {}
    for row in figures["articles"]:
        if row["sender"] == "customer":
            first.setdefault(row["ticket_id"], row)
    result.expect("tickets without a mail", set(figures["tickets"]) - first.keys())
    answers = Counter(row["ticket_id"] for row in figures["outgoing"] if row["kind"] == "auto")
    result.answers = answers.total()
    word = {ticket: mails.TOKEN.search(row["text"]) for ticket, row in first.items()}
    due = {ticket for ticket, found in word.items() if found and not mails.is_automatic(int(found[0][5:11]))}
    result.expect("tickets with two automatic answers", [ticket for ticket, times in answers.items() if times > 1])
    result.expect("tickets that should have an automatic answer", due - answers.keys())
    result.expect("tickets that should have none", answers.keys() - due)


def _count_out(result: Count, rows: list[dict[str, Any]], arrived: Counter[str], may_repeat: Counter[str]) -> None:
    """Each mail of the outbox arrived once; more often only if its acknowledgement was lost as often."""
    sent = Counter(row["message_id"] for row in rows)
    result.expect("outgoing mails not sent", [row for row in rows if row["state"] != "sent"])
    result.expect("outgoing mails written twice", [each for each, times in sent.items() if times > 1])
    result.expect("arrived mails that nobody sent", arrived.keys() - sent.keys())
    result.out_lost = result.expect("outgoing mails lost", sent.keys() - arrived.keys())
    twice = {each: times - 1 for each, times in arrived.items() if times > 1}
    known = [each for each, times in twice.items() if times > may_repeat[each]]
    result.out_doubled = result.expect("outgoing mails doubled", known)
    result.out_repeated = len(twice) - len(known)
