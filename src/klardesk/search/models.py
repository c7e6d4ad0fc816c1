"""The index: one document per ticket and one per article, folded to plain words."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from klardesk.tickets.models import Article, Ticket


class Document(models.Model):
    """The words of one ticket (article None) or article. The engines keep their own structures in step by triggers."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    article = models.OneToOneField(Article, null=True, on_delete=models.CASCADE, related_name="+")
    visible_to_customer = models.BooleanField()
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket"], condition=models.Q(article=None), name="one_document_per_ticket")
        ]

    def __str__(self) -> str:
        return f"document of ticket {self.ticket_id}"
