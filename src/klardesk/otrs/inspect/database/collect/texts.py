"""Texts whose characters were damaged: bytes of no character, text encoded twice, replaced characters, control characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from klardesk.otrs.inspect.database.collect.times import Odd
from klardesk.otrs.inspect.database.scan import collector, handle
from klardesk.otrs.source.model import Batch, Table, text_of

COLUMNS: dict[str, tuple[str, ...]] = {
    "ticket": ("title", "customer_id", "customer_user_id"),
    "ticket_history": ("name",),
    "article": ("a_from", "a_to", "a_cc", "a_subject", "a_body"),
    "article_data_mime": ("a_from", "a_to", "a_cc", "a_subject", "a_body"),
    "customer_user": ("login", "first_name", "last_name", "street", "city"),
    "customer_company": ("customer_id", "name", "street", "city"),
    "users": ("login", "first_name", "last_name"),
    "queue": ("name", "comments"),
    "standard_template": ("name", "text"),
    "dynamic_field_value": ("value_text",),
    "service": ("name",),
    "sla": ("name",),
    "signature": ("name", "text"),
    "salutation": ("name", "text"),
    "auto_response": ("name", "text0", "text1"),
}
KINDS = (
    ("bytes", re.compile(r"[\udc80-\udcff]")),
    ("twice", re.compile(r"Ã[\u0080-\u00bf„‚¤¶¼Ÿ–œ©¨ª«]|â€[\u0080-\u00bf“”™˜œžš¦¢\u201c\u201d]|Â[\u00a0-\u00bf]")),
    ("control", re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")),
    ("replaced", re.compile("\ufffd")),
)
ANY = re.compile("|".join(pattern.pattern for _kind, pattern in KINDS))


@collector
class Texts:
    """`odd[table, column, kind]`; kinds: bytes, twice, control, replaced."""

    def __init__(self, at: datetime) -> None:
        self.odd: dict[tuple[str, str, str], Odd] = {}

    def wants(self, table: Table) -> Iterable[str]:
        """The texts that people read."""
        names = [name for name in COLUMNS.get(table.name, ()) if name in table.columns]
        return [handle(table), *names] if names else ()

    def take(self, batch: Batch) -> None:
        """Look at all texts of a batch at once, and closer only where something is odd."""
        key = batch.columns.get(handle(batch.table), ())
        for name in COLUMNS.get(batch.table.name, ()):
            texts = [value if isinstance(value, str) else "" for value in batch.columns.get(name, ())]
            if not ANY.search("\n".join(texts)):
                continue
            for number, text in enumerate(texts):
                for kind, pattern in KINDS:
                    if pattern.search(text):
                        self.odd.setdefault((batch.table.name, name, kind), Odd()).add(text_of(key[number]))
                        break
