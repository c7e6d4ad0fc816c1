"""Who is at which ticket right now. State only; it stands in no history (docs/decisions/0038)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from klardesk.live.managers import PresenceManager
from klardesk.people.models import Person
from klardesk.tickets.models import Ticket


class Presence(models.Model):
    """An agent has a ticket open, and perhaps writes in it; true while `seen_at` is fresh."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    writing = models.BooleanField(default=False)
    seen_at = models.DateTimeField(db_index=True)

    objects = PresenceManager()
    all_rows = models.Manager["Presence"]()

    class Meta:
        base_manager_name = "all_rows"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "ticket"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"
