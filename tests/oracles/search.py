"""What the search of Znuny 6.5.4 finds among the 401 tickets of the small sample, and what the desk finds there.

The sample's tickets and articles are put into the tables and indexed; each recorded question is asked as a filter of ticket
lists. A case agrees if both find the same tickets. Where the desk decides otherwise, `DIFFERENT` says why, and the case counts
as opinion.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.oracles.database import database
from tests.oracles.result import Result
from tests.sla.dump import Row, tables

SAMPLE = "small-znuny654-mysql.sql.gz"
TABLES = ("ticket", "article", "article_data_mime", "article_data_mime_attachment")
FIELDS = {
    "MIMEBase_Subject": "article_subject", "MIMEBase_From": "article_from", "MIMEBase_To": "article_to",
    "MIMEBase_Cc": "article_cc", "MIMEBase_AttachmentName": "article_file", "MIMEBase_Body": "words", "TicketNumber": "number",
}  # fmt: skip
"""Parameters of the reference's search, with those of the desk's lists that ask for the same."""
HOW = {"OrderBy", "SortBy", "UserID", "ConditionInline", "ContentSearch", "ContentSearchPrefix", "ContentSearchSuffix",
       "FullTextIndex"}  # fmt: skip
"""Parameters that say how, not what. The desk has one way: words, parts of them, and signs."""
DIFFERENT = {
    "jobs_search-0118": "anywhere", "jobs_search-0128": "anywhere", "jobs_search-0134": "anywhere",
    "jobs_search-0144": "stop words", "jobs_search-0148": "signs", "jobs_search-0152": "signs", "jobs_search-0150": "spelling",
    "jobs_search-0197": "files", "jobs_search-0165": "one way", "jobs_search-0168": "one way",
    "jobs_search-0174": "anywhere", "jobs_search-0178": "across fields",
}  # fmt: skip
"""Cases in which the desk decides otherwise, with the reason in docs/develop/oracles.md."""


def run(folder: Path) -> Result:
    """Ask every question of `folder`/automation/jobs/search.jsonl that is about words; the database stays as it was."""
    with database():
        return _run(folder)


def _run(folder: Path) -> Result:
    from django.db import transaction

    passed, opinion, failures = 0, 0, []
    with transaction.atomic():
        keys = _load(folder.parent / "otrs" / "samples" / SAMPLE)
        for case in _cases(folder):
            found, expected = {keys[key] for key in _found(case["params"])}, set(case["result"].get("ids", ()))
            if found == expected:
                passed += 1
            elif case["id"] in DIFFERENT:
                opinion += 1
            else:
                lost, more = len(expected - found), len(found - expected)
                failures.append(
                    f"{case['id']} {case['tag']} {_asked(case['params'])}: {lost} lost, {more} more of {len(expected)}"
                )
        transaction.set_rollback(True)
    return Result("search", passed, len(failures), opinion, failures)


def _cases(folder: Path) -> Iterator[dict[str, Any]]:
    with (folder / "automation" / "jobs" / "search.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            if is_about_words(case["params"]):
                yield case


def is_about_words(params: dict[str, Any]) -> bool:
    """Whether a question asks for words alone; `lists` asks the others."""
    asked = _asked(params)
    return bool(asked) and asked.keys() <= FIELDS.keys() and all(isinstance(value, str) for value in asked.values())


def _asked(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in HOW}


def _found(params: dict[str, Any]) -> list[int]:
    from django.http import QueryDict

    from klardesk.access.actor import Actor
    from klardesk.tickets.filters import condition, filters_of
    from klardesk.tickets.models import Ticket

    parameters, asked = QueryDict(mutable=True), _asked(params)
    if params.get("ContentSearch") == "OR" and len(set(asked.values())) == 1:
        asked = {"MIMEBase_Body": next(iter(asked.values()))}
    for name, value in asked.items():
        parameters[FIELDS[name]] = value.replace("%", "" if name == "TicketNumber" else "*").strip(
            "*" if name == "TicketNumber" else " "
        )
    filters = filters_of(parameters)
    if not filters:
        return []
    by = Actor.system("oracle")
    return list(Ticket.objects.listed_for(by).filter(condition(filters, by)).values_list("pk", flat=True))


def _load(sample: Path) -> dict[int, int]:
    """Put the sample into the tables and the index; gives the sample's keys by the desk's."""
    from klardesk.search import index
    from klardesk.tickets.models import Article, Attachment, Priority, State, Ticket

    rows = tables(sample, TABLES)
    state = State.objects.create(name="oracle", type="open")
    priority = Priority.objects.create(name="oracle", level=3, colour="#cdcdcd")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    common = {"queue": _queue(), "state": state, "priority": priority, "created_at": at, "changed_at": at}
    tickets = {row["id"]: Ticket(number=row["tn"], title=row["title"] or "", **common) for row in rows["ticket"]}
    Ticket.all_rows.bulk_create(tickets.values())
    mimes = {row["article_id"]: row for row in rows["article_data_mime"]}
    articles = {
        row["id"]: _article(tickets[row["ticket_id"]], mimes[row["id"]], at)
        for row in rows["article"]
        if row["id"] in mimes
    }
    Article.all_rows.bulk_create(articles.values())
    Attachment.all_rows.bulk_create(
        Attachment(
            article=articles[row["article_id"]], name=row["filename"] or "", content_type="", size=0, digest="0" * 64
        )
        for row in rows["article_data_mime_attachment"]
    )
    index.rebuild()
    return {ticket.pk: int(old or 0) for old, ticket in tickets.items()}


def _queue() -> Any:
    from klardesk.access.models import Group
    from klardesk.tickets.models import Queue

    return Queue.objects.create(name="oracle", group=Group.objects.create(name="oracle"))


def _article(ticket: Any, mime: Row, at: datetime) -> Any:
    from klardesk.tickets.models import Article

    texts = {"subject": "a_subject", "from_text": "a_from", "to_text": "a_to", "cc_text": "a_cc", "text": "a_body"}
    return Article(
        ticket=ticket, sender="customer", channel="email", visible_to_customer=True, created_at=at,
        **{name: mime[column] or "" for name, column in texts.items()},
    )  # fmt: skip
