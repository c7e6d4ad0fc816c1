"""What each agent has seen of each ticket: how far they read, and when they looked last.

No history tells of it: it is theirs alone, as drafts are.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from klardesk.people.models import Person


class TicketSeen(models.Model):
    """An agent has read `articles` articles of a ticket, the last of them `last_article`, and looked at it `at`.

    A ticket is unread to whom it has more articles than these, or who never opened it while it is not ended. It stands in the
    agent's tabs since `tab_at`, if that is not None.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="seen")
    articles = models.PositiveIntegerField()
    last_article = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    tab_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "ticket"], name="see_once")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at"], name="seen_last"),
            models.Index(fields=["person", "tab_at"], name="seen_tabs", condition=models.Q(tab_at__isnull=False)),
        ]
