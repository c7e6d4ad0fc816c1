"""Sessions in the database, tied to their person, so that they can be listed and ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from klardesk.base import clock, kept
from klardesk.base.prepared import Prepared
from klardesk.people.addresses import address_of
from klardesk.people.models import Session

SEEN_EVERY = timedelta(minutes=1)
_MARKS = "_klardesk"
PERSON = "person"
"""Under which name the unit of work keeps the session's person."""
BY_KEY: Prepared[Session] = Prepared(
    lambda key: Session.objects.filter(session_key=key).select_related("person").order_by()
    .annotate(**{f"kept_{name}": RawSQL(sql, ()) for name, sql in kept.questions().items()})  # noqa: S611 - the house's own
)  # fmt: skip
"""With its person, and what every page asks next of configuration: three queries in one."""


class SessionStore(DatabaseStore):
    """Django's database sessions with who, from where, since when and last seen when (to the minute)."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for this session's data: what the log-in page noted about it becomes columns."""
        session = cast(Session, super().create_model_instance(data))
        marks, now = data.get(_MARKS, {}), clock.now()
        session.person_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        session.created_at = datetime.fromisoformat(marks["at"]) if "at" in marks else now
        session.seen_at = now
        session.expire_date = now + timedelta(seconds=self.get_expiry_age())
        session.address = marks.get("address", "")
        session.browser = marks.get("browser", "")
        return session

    def _get_session_from_db(self) -> Session | None:
        """The live session with this key; by the desk's clock."""
        session = BY_KEY.get(self.session_key or "")
        if session is None or session.expire_date <= clock.now():
            self._session_key = None
            return None
        _note_seen(session)
        _tell(session)
        return session


def mark(request: HttpRequest) -> None:
    """Note in the session of a fresh log-in when, from which address and with which browser it was made."""
    browser = "".join(sign for sign in request.headers.get("User-Agent", "") if sign.isprintable())
    request.session[_MARKS] = {"at": clock.now().isoformat(), "address": address_of(request), "browser": browser[:300]}


def _tell(session: Session) -> None:
    """What was read with the session is not asked for again by this request."""
    kept.told({name: getattr(session, f"kept_{name}") for name in kept.questions()})
    unit = kept.unit()
    if unit is not None and session.person is not None:
        unit[PERSON] = session.person


def _note_seen(session: Session) -> None:
    now = clock.now()
    if session.seen_at is None or now - session.seen_at >= SEEN_EVERY:
        Session.objects.filter(pk=session.pk).update(seen_at=now)
