"""Tickets, their history and articles, as far as one must agree with the other."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from klardesk.otrs.inspect.database.scan import collector
from klardesk.otrs.source.model import SIZE, Batch, Table, Value

SNAPSHOTS = (
    ("ticket_state_id", "state_id"),
    ("queue_id", "queue_id"),
    ("user_id", "owner_id"),
    ("ticket_priority_id", "priority_id"),
)
"""A ticket's column, and the column of the history that says what it was when the row was written."""
TICKET = ("id", "tn", "create_time", *(own for own, _snapshot in SNAPSHOTS))
HISTORY = ("id", "ticket_id", "create_time", "history_type_id", *(snapshot for _own, snapshot in SNAPSHOTS))
CHATS = {"article_data_otrs_chat", "article_data_otobo_chat"}
PLAIN = {"article_data_mime_plain", "article_plain"}
CONTENT = {"article_data_mime_attachment": "content", "article_attachment": "content"}


@collector
class Tickets:
    """Tickets by id, the newest snapshot of each in the history, and when rows were made."""

    def __init__(self, at: datetime) -> None:
        self.numbers: dict[int, str] = {}
        self.own: dict[int, tuple[int, ...]] = {}
        self.last: dict[int, tuple[int, ...]] = {}
        """Ticket to id of the newest history row, and its snapshots."""
        self.kinds: dict[int, set[int]] = {}
        """Ticket to the types of its history rows."""
        self.made: dict[str, tuple[array[int], array[int], array[int]]] = {}
        """Table to ids, minutes (of the database's own clock; 0 for no time) and tickets, in step."""
        self._days: dict[str, int] = {}

    def wants(self, table: Table) -> Iterable[str]:
        """Keys, times and snapshots."""
        if table.name == "article":
            return ("id", "ticket_id", "create_time")
        return {"ticket": TICKET, "ticket_history": HISTORY}.get(table.name, ())

    def take(self, batch: Batch) -> None:
        """Keep what is compared later."""
        columns = batch.columns
        if batch.table.name not in {"ticket", "ticket_history", "article"} or "id" not in columns:
            return
        ids = [_number(value) for value in columns["id"]]
        if "create_time" in columns:
            empty = (array("q"), array("q"), array("q"))
            kept, times, tickets = self.made.setdefault(batch.table.name, empty)
            kept.extend(ids)
            tickets.extend(_column(batch, "ticket_id") if "ticket_id" in columns else ids)
            times.extend(self._minutes(str(value or "")) for value in columns["create_time"])
        if batch.table.name == "ticket":
            self._take_tickets(ids, batch)
        elif batch.table.name == "ticket_history":
            self._take_history(ids, batch)

    def _minutes(self, text: str) -> int:
        day = self._days.get(text[:10])
        if day is None:
            try:
                day = date.fromisoformat(text[:10]).toordinal() * 1440
            except ValueError:
                day = 0
            self._days[text[:10]] = day
        clock = text[11:16]
        return (
            day + int(clock[:2]) * 60 + int(clock[3:]) if day and clock[:2].isdigit() and clock[3:].isdigit() else day
        )

    def _take_tickets(self, ids: list[int], batch: Batch) -> None:
        for own, tn in zip(ids, batch.columns.get("tn", ()), strict=False):
            self.numbers[own] = str(tn or "")
        values = [_column(batch, own) for own, _snapshot in SNAPSHOTS]
        self.own.update(zip(ids, zip(*values, strict=True), strict=True))

    def _take_history(self, ids: list[int], batch: Batch) -> None:
        tickets = _column(batch, "ticket_id")
        values = [_column(batch, snapshot) for _own, snapshot in SNAPSHOTS]
        kinds = _column(batch, "history_type_id")
        for own, ticket, kind, *snapshot in zip(ids, tickets, kinds, *values, strict=True):
            known = self.last.get(ticket)
            if known is None or known[0] < own:
                self.last[ticket] = (own, *snapshot)
            self.kinds.setdefault(ticket, set()).add(kind)


@collector
class Articles:
    """How many contents each article has, and attachments whose bytes are not what the row says."""

    def __init__(self, at: datetime) -> None:
        self.contents: set[int] = set()
        """Articles that have a content."""
        self.several: set[int] = set()
        self.has_contents = False
        self.paths: set[int] = set()
        """Articles that know a folder for their files."""
        self.empty: list[int] = []
        self.other: list[int] = []
        self.foreign_ids: list[int] = []
        self.mails: set[int] = set()
        """Articles that came or went as mails."""
        self.chats: set[int] = set()
        """Articles whose content are lines of a chat."""
        self.sources: set[int] = set()
        """Articles whose source is in the database."""

    def wants(self, table: Table) -> Iterable[str]:
        """Keys and sizes."""
        if table.name == "article_data_mime":
            return ("id", "article_id", "content_path", "a_message_id", "a_message_id_md5")
        if table.name == "article" and "content_path" in table.columns:
            return ("id", "content_path")
        if table.name in PLAIN or table.name in CHATS:
            return ("article_id",)
        if table.name in CONTENT:
            return ("id", "article_id", "content_size", CONTENT[table.name] + SIZE)
        return ()

    def take(self, batch: Batch) -> None:
        """Count and compare."""
        if batch.table.name == "article_data_mime":
            self.has_contents = True
            articles = _column(batch, "article_id")
            self._take_contents(articles)
            self._take_paths(articles, batch)
            self._take_message_ids(batch)
            mails = zip(articles, batch.columns["a_message_id"], strict=True)
            self.mails.update(article for article, message in mails if message)
        elif batch.table.name == "article" and "content_path" in batch.columns:
            self._take_paths(_column(batch, "id"), batch)
        elif batch.table.name in CHATS:
            self.chats.update(_column(batch, "article_id"))
        elif batch.table.name in PLAIN:
            self.sources.update(_column(batch, "article_id"))
        elif batch.table.name in CONTENT:
            self._take_sizes(batch)

    def _take_contents(self, articles: Sequence[int]) -> None:
        distinct = set(articles)
        again = self.contents & distinct
        if again or len(distinct) < len(articles):
            counts = Counter(articles)
            self.several.update(again, (own for own, count in counts.items() if count > 1))
        self.contents |= distinct

    def _take_paths(self, articles: Sequence[int], batch: Batch) -> None:
        paths = zip(articles, batch.columns.get("content_path", ()), strict=False)
        self.paths.update(article for article, path in paths if path)

    def _take_message_ids(self, batch: Batch) -> None:
        from hashlib import md5

        columns = batch.columns
        for own, text, known in zip(columns["id"], columns["a_message_id"], columns["a_message_id_md5"], strict=True):
            if text and known and isinstance(text, str):
                digest = md5(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
                if digest != known:
                    self.foreign_ids.append(_number(own))

    def _take_sizes(self, batch: Batch) -> None:
        sizes = batch.columns[CONTENT[batch.table.name] + SIZE]
        for own, said, size in zip(batch.columns["id"], batch.columns["content_size"], sizes, strict=True):
            told = _told(said)
            if told and not size:
                self.empty.append(_number(own))
            elif told is not None and isinstance(size, int) and abs(told - size) > max(64, told // 50):
                self.other.append(_number(own))


def _told(said: Value) -> int | None:
    text = str(said or "").strip()
    return int(text) if text.isdigit() else None


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _column(batch: Batch, name: str) -> list[int]:
    values = batch.columns.get(name)
    return [0] * batch.size if values is None else [_number(value) for value in values]
