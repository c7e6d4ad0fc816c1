"""What becomes of a mail: recorded decisions of a reference (new, follow-up, rejected, ignored) and the ticket afterwards.

Each case's desk is built with the desk's own actions: queues, options, filters, the ticket that was there. One comparison is
one attribute of one case. What the reference decides otherwise by choice is listed in `DIFFERENT` with its reason, and in
docs/develop/oracles.md; it counts as opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.oracles.cases import read_cases, read_raw
from tests.oracles.database import database
from tests.oracles.result import Result

FILES = ("otobo_cases", "otobo_generated", "otobo_corpus_ingest")
BINDING = ("fact", "consensus")
GENERATORS = {"DateChecksum": "date_checksum", "Date": "date", "AutoIncrement": "increment"}
STATES = {
    "new": "new", "open": "open", "pending reminder": "pending_reminder", "closed successful": "closed",
    "closed unsuccessful": "closed", "removed": "removed", "merged": "merged",
}  # fmt: skip
QUEUES = ("Postmaster", "Raw", "Junk", "Misc", "FU1", "FU2", "FU3")
FOLLOW_UPS = {"possible": "possible", "reject": "reject", "new ticket": "new_ticket"}
MEANINGS = {
    "new ticket": "new", "follow-up": "follow-up", "follow-up rejected": "rejected", "follow-up->new ticket": "new from old",
    "ignored (X-OTOBO-Ignore/loop)": "ignored",
}  # fmt: skip
MODULES = {
    "Subject": "find_by_subject", "References": "find_by_references", "Body": "find_by_body", "Attachments": "find_by_attachment",
    "RawEmail": "find_in_raw",
}  # fmt: skip
ROOT = "root@localhost"
NOT_IN_CASE = "what was set up before the mail came is not in the case"
NO_ADDRESS = "what stands as the sender is taken as it is; the reference leaves it out, and nobody could be answered"
DIFFERENT: dict[str, tuple[str, str]] = {
    "otobo-pm-CustomerID-049": ("customer|company", NOT_IN_CASE),
    "otobo-pm-ExternalTicketNumberRecognition-056": ("decision", NOT_IN_CASE),
    "otobo-pm-ExternalTicketNumberRecognition-062": ("decision|title", NOT_IN_CASE),
    "otobo-pm-PostMaster-557": (
        "responsible",
        "agents are asked for by login; a number of another database means nobody",
    ),
    "otobo-corpus-cpython-msg_43": ("customer|company", NO_ADDRESS),
    "otobo-corpus-zammad-mail016": ("customer|company", NO_ADDRESS),
    "otobo-corpus-zammad-mail053": ("customer|company", NO_ADDRESS),
    "otobo-corpus-zammad-mail076": ("customer|company", "a blank within a quoted address: both guess"),
    "otobo-corpus-zammad-mail046": ("title", "the reference lost the letters of an undeclared character set"),
    "otobo-corpus-zammad-mail093": ("title", "the reference lost the letters of an undeclared character set"),
}
"""By the beginning of a case's id: which attributes differ (a regular expression), and why."""


def run(folder: Path) -> Result:
    """Take in every mail of `folder`/postmaster; whatever database there is stays as it was."""
    passed, opinion, failures = 0, 0, []
    with database():
        for case, name, status, difference in comparisons(folder):
            if not difference:
                passed += 1
            elif status in BINDING:
                failures.append(f"{case} {name}: {difference}")
            else:
                opinion += 1
    return Result("postmaster", passed, len(failures), opinion, failures)


def comparisons(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Case, attribute, status and the difference (or empty) of every expectation that can be compared."""
    from django.db import transaction

    with transaction.atomic():
        desk = Desk.build()
        for case in _cases(folder):
            with transaction.atomic():
                found = list(_compared(case, desk, folder))
                transaction.set_rollback(True)
            yield from found
        transaction.set_rollback(True)


def _cases(folder: Path) -> Iterator[dict[str, Any]]:
    for name in FILES:
        file = folder / "postmaster" / f"{name}.jsonl"
        cases = list(read_cases(file))
        decoys = _decoys(cases)
        for case in cases:
            place = case.get("tag", "").rpartition(":")[0]
            yield {**case, "corpus": name == FILES[2], "decoy": decoys.get(place), "fixed": name == FILES[1]}


def _decoys(cases: list[dict[str, Any]]) -> dict[str, str]:
    """The ticket that stood there while its number was written wrongly: the one of the cases that wrote it rightly."""
    found: dict[str, str] = {}
    for case in cases:
        ticket = case["existing_ticket"]
        if ticket and "double_re" in case.get("tag", ""):
            found[case["tag"].rpartition(":")[0]] = ticket["TicketNumber"]
    return found


def _compared(case: dict[str, Any], desk: Desk, folder: Path) -> Iterator[tuple[str, str, str, str]]:
    existing = desk.prepare(case)
    after = desk.take(_raw(case, folder), case, existing)
    expected = _expected(case, existing is not None)
    for name, wanted in expected.items():
        got = after.get(name, "")
        difference = "" if _same(name, wanted, got) else f"expected {wanted!r}, got {got!r}"
        yield case["id"], name, _status(case, name), difference


def _status(case: dict[str, Any], name: str) -> str:
    given = next((value for key, value in DIFFERENT.items() if case["id"].startswith(key)), None)
    if given and re.fullmatch(given[0], name):
        return "otobo-only"
    return str(case.get("status") or "fact")


def _raw(case: dict[str, Any], folder: Path) -> bytes:
    if "raw_latin1" in case:
        return str(case["raw_latin1"]).encode("latin-1")
    return read_raw(folder / "postmaster" / str(case["file"]))


def _expected(case: dict[str, Any], existing: bool) -> dict[str, str]:
    expect = case["expect"]
    ticket, article = expect["ticket"] or {}, expect["article"] or {}
    wanted = {"decision": MEANINGS.get(expect["meaning"], expect["meaning"])}
    if existing and wanted["decision"] in ("follow-up", "rejected"):
        wanted["number"] = ticket["TicketNumber"]
    names = {
        "Queue": "queue", "State": "state", "Lock": "lock", "Owner": "owner", "Responsible": "responsible", "Title": "title",
        "Priority": "priority", "CustomerUserID": "customer", "CustomerID": "company",
    }  # fmt: skip
    wanted |= {mine: ticket[theirs] or "" for theirs, mine in names.items() if theirs in ticket}
    if article.get("SenderType") != "system":
        pairs = {"SenderType": "sender", "IsVisibleForCustomer": "visible"}
        wanted |= {mine: str(article[theirs]) for theirs, mine in pairs.items() if theirs in article}
    return wanted


def _same(name: str, wanted: str, got: str) -> bool:
    """Titles are cut at different lengths, and blanks in them are one; addresses are equal in any case."""
    if name == "title":
        cut = len(wanted) > 185
        wanted, got = (" ".join(text.split()) for text in (wanted, got))
        return wanted == got or (cut and got[:185].startswith(wanted[:185]))
    return wanted.casefold() == got.casefold()


@dataclass
class Desk:
    """The desk of all cases: its queues, a group, the pipe's mailboxes."""

    group: Any
    queues: dict[str, Any]
    trusted: Any
    untrusted: Any

    @classmethod
    def build(cls) -> Desk:
        """States, priorities, queues and mailboxes."""
        from klardesk.access.actions import create_group
        from klardesk.mail.models import Mailbox
        from klardesk.tickets.models import Priority, State

        for order, (name, kind) in enumerate(STATES.items()):
            if not State.objects.filter(name=name).exists():
                State.objects.create(name=name, type=kind, order=order)
        for level, name in enumerate(("1 very low", "2 low", "3 normal", "4 high", "5 very high"), 1):
            Priority.objects.get_or_create(
                name=name, defaults={"level": level, "colour": "#cdcdcd", "default": level == 3}
            )
        group = create_group("postmaster oracle", by=_system())
        desk = cls(group, {}, None, None)
        for name in QUEUES:
            desk.queue(name)
        for name, trusted in (("trusted", True), ("untrusted", False)):
            values = {"host": "mail.example", "login": name, "trusted": trusted}
            setattr(desk, name, Mailbox.objects.create(name=f"oracle {name}", **values))
        return desk

    def queue(self, name: str, follow_up: str = "possible", follow_up_lock: bool = False) -> Any:
        """A queue with this rule."""
        from klardesk.tickets.actions import change_queue, create_queue
        from klardesk.tickets.models import Queue

        queue = Queue.objects.filter(name=name).first() or create_queue(name, self.group, by=_system())
        change_queue(queue, follow_up=follow_up, follow_up_lock=follow_up_lock, by=_system())
        self.queues[name] = queue
        return queue

    def prepare(self, case: dict[str, Any]) -> Any:
        """Options, filters and the ticket of a case."""
        _set_options(case.get("config") or {})
        _make_filters(case.get("db_filters") or [])
        _make_agents(case)
        if case["existing_ticket"]:
            return self._ticket(case)
        if case["decoy"]:
            self._plain_ticket(case["decoy"])
        return None

    def _plain_ticket(self, number: str) -> Any:
        from klardesk.tickets.actions import create_ticket

        return create_ticket(by=_system(), title="Printer broken", queue=self.queues["Raw"], number=number)

    def _ticket(self, case: dict[str, Any]) -> Any:
        from datetime import timedelta

        from klardesk.base import clock
        from klardesk.tickets.actions import add_article, create_ticket
        from klardesk.tickets.models import Priority, State

        old = case["existing_ticket"]
        rule = FOLLOW_UPS[old["_queue_follow_up"]]
        queue = self.queue(old["Queue"], rule, bool(int(old["_queue_follow_up_lock"])))
        state = State.objects.get(name=old["State"])
        until = clock.now() + timedelta(days=1) if state.type.startswith("pending") else None
        ticket = create_ticket(
            by=_system(), title=old["Title"], queue=queue, number=old["TicketNumber"], state=state, pending_until=until,
            priority=Priority.objects.get(name=old["Priority"]), owner=_agent(old["Owner"]), lock=old["Lock"] == "lock",
            responsible=_agent(old["Responsible"]), customer_login=old["CustomerUserID"] or "",
            company_number=old["CustomerID"] or "",
        )  # fmt: skip
        for article in _articles_before(case):
            add_article(ticket, article, by=_system())
        return ticket

    def take(self, raw: bytes, case: dict[str, Any], existing: Any) -> dict[str, str]:
        """Take the mail in, and tell what became of it."""
        from klardesk.mail.models import IncomingState
        from klardesk.mail.receive.process import process
        from klardesk.mail.receive.store import store_raw

        trusted = bool(int(case["trusted"] or 0))
        fixed = self.queues["Postmaster"] if case["fixed"] or not (trusted or case["corpus"]) else None
        mailbox = self.trusted if trusted else self.untrusted
        mailbox.queue = fixed
        mailbox.save()
        kept = store_raw(raw, mailbox=mailbox)
        process(kept.pk)
        kept.refresh_from_db()
        if kept.state == IncomingState.IGNORED:
            return {"decision": "ignored"}
        return _after(kept, existing) if kept.ticket_id else {"decision": f"{kept.state}: {kept.detail}"}


def _after(kept: Any, existing: Any) -> dict[str, str]:
    from klardesk.tickets.models import Article, Link, Ticket

    ticket = Ticket.all_rows.select_related("queue", "state", "priority", "owner", "responsible").get(pk=kept.ticket_id)
    article = Article.all_rows.get(pk=kept.article_id)
    follows = existing is not None and existing.pk == ticket.pk
    linked = Link.objects.filter(target=ticket).exists()
    rejected = follows and existing.state.type in ("closed", "removed") and ticket.queue.follow_up == "reject"
    decision = ("rejected" if rejected else "follow-up") if follows else "new from old" if linked else "new"
    return {
        "decision": decision, "number": ticket.number, "queue": ticket.queue.name, "state": ticket.state.name,
        "lock": "lock" if ticket.locked else "unlock", "owner": ticket.owner.login if ticket.owner else ROOT,
        "responsible": ticket.responsible.login if ticket.responsible else ROOT, "title": ticket.title,
        "priority": ticket.priority.name, "customer": ticket.customer_login, "company": ticket.company_number,
        "sender": article.sender, "visible": str(int(article.visible_to_customer)),
    }  # fmt: skip


def _system() -> Any:
    from klardesk.access.actor import Actor

    return Actor.system("oracle")


def _set_options(config: dict[str, Any]) -> None:
    from klardesk.base.models import Option

    generator = config.get("Ticket::NumberGenerator", "::DateChecksum").rpartition("::")[2]
    modules = config.get("PostMaster::CheckFollowUpModule") or {"Subject": {}, "References": {}}
    on = {name.partition("-")[2] or name for name in modules}
    values = {
        "ticket.hook": config.get("Ticket::Hook", "Ticket#"), "ticket.hook_divider": config.get("Ticket::HookDivider", ""),
        "ticket.subject_format": config.get("Ticket::SubjectFormat", "Left").lower(),
        "ticket.system_id": config.get("SystemID", "10"), "ticket.number_generator": GENERATORS[generator],
        "mail.default_queue": config.get("PostmasterDefaultQueue", "Raw"),
        "mail.state_of_reopened": config.get("PostmasterFollowUpStateClosed", ""),
        "mail.company_for_unknown": str(
            config.get("PostMaster::NewTicket::AutoAssignCustomerIDForUnknownCustomers", "1")
        ) == "1",
        **{f"mail.{option}": module in on for module, option in MODULES.items()},
    }  # fmt: skip
    for key, value in values.items():
        Option.objects.update_or_create(pk=key, defaults={"value": value})


def _make_filters(filters: list[dict[str, Any]]) -> None:
    from klardesk.mail.filters.actions import save_filter
    from klardesk.mail.filters.models import MailFilter

    for place, each in enumerate(sorted(filters, key=lambda item: str(item["Name"])), 1):
        pairs = zip(each["Match"], each["Not"], strict=True)
        conditions = [_condition(match["Key"], match["Value"], bool(inverse["Value"])) for match, inverse in pairs]
        values = [{"field": item["Key"], "value": item["Value"]} for item in each["Set"]]
        stop = bool(int(each["StopAfterMatch"] or 0))
        made = MailFilter(name=each["Name"], position=place, conditions=conditions, values=values, stop=stop)
        save_filter(made, by=_system())


def _condition(field: str, value: str, negated: bool) -> dict[str, str]:
    address = value.startswith("EMAILADDRESS:")
    kind = ("not_" if negated else "") + ("address" if address else "expression")
    return {"field": field, "kind": kind, "value": value.removeprefix("EMAILADDRESS:")}


def _make_agents(case: dict[str, Any]) -> None:
    from klardesk.people.actions import create_person

    tickets = (case["existing_ticket"] or {}, case["expect"]["ticket"] or {})
    for login in {ticket.get(role) for ticket in tickets for role in ("Owner", "Responsible")} - {None, ROOT}:
        create_person("agent", str(login), by=_system())


def _agent(login: str) -> Any:
    from klardesk.people.models import Person

    return Person.objects.by_login("agent", login) if login != ROOT else None


def _articles_before(case: dict[str, Any]) -> Iterator[Any]:
    """The articles that were there: those beyond `n_articles_before` came with the mail itself."""
    from klardesk.tickets.drafts import NewArticle

    rows = (case["existing_articles"] or [])[: case["n_articles_before"]]
    for row in rows:
        yield NewArticle(
            sender=row["SenderType"], channel="email", visible_to_customer=row.get("IsVisibleForCustomer") == "1",
            subject=row.get("Subject") or "", text="x", from_text=row.get("From") or "", to_text=row.get("To") or "",
            cc_text=row.get("Cc") or "", message_id=_bracketed(row.get("MessageID") or ""),
        )  # fmt: skip


def _bracketed(message_id: str) -> str:
    """The reference's own tests store some ids bare, which no mail brings."""
    return f"<{message_id}>" if message_id and not message_id.startswith("<") else message_id
