"""How the passwords of customers are stored, counted without keeping any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from klardesk.otrs.inspect.database.passwords import UNSALTED, is_weak, kind_of
from klardesk.otrs.inspect.database.scan import collector
from klardesk.otrs.source.model import Batch, Table, text_of

COSTLY = 200
"""Of kinds that cost time to try, so many are tried."""


@collector
class Customers:
    """`kinds` of passwords, and the logins (some) of weak ones."""

    def __init__(self, at: datetime) -> None:
        self.kinds: Counter[str] = Counter()
        self.weak = 0
        self.examples: list[str] = []
        self._tried = 0

    def wants(self, table: Table) -> Iterable[str]:
        """Logins and what is stored for them."""
        return ("login", "pw", "first_name", "last_name") if table.name == "customer_user" else ()

    def take(self, batch: Batch) -> None:
        """Count."""
        if batch.table.name != "customer_user" or "pw" not in batch.columns or "login" not in batch.columns:
            return
        columns = batch.columns
        nothing = [None] * batch.size
        names = zip(columns.get("first_name", nothing), columns.get("last_name", nothing), strict=True)
        for login, stored, own in zip(columns["login"], columns["pw"], names, strict=True):
            self._look(text_of(login), text_of(stored), tuple(text_of(name) for name in own))

    def _look(self, login: str, stored: str, names: tuple[str, ...]) -> None:
        kind = kind_of(stored)
        self.kinds[kind] += 1
        if kind == "none":
            return
        if kind not in UNSALTED and kind != "plain":
            self._tried += 1
            if self._tried > COSTLY:
                return
        if is_weak(stored, login, names):
            self.weak += 1
            self.examples.append(login)
