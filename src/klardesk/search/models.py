"""The index: a document per ticket, article, customer and company, folded to plain words, and the vocabulary of them all."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from klardesk.people.models import Company, Person
from klardesk.tickets.models import Article, Ticket


class Document(models.Model):
    """The words of one ticket (article None) or article. The values of a ticket's own fields are a second document of the ticket,
    which no customer finds: not all of them are shown in the portal. The engines keep their own structures in step by triggers.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    article = models.OneToOneField(Article, null=True, on_delete=models.CASCADE, related_name="+")
    visible_to_customer = models.BooleanField()
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "visible_to_customer"],
                condition=models.Q(article=None),
                name="two_documents_per_ticket",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["id", "ticket", "visible_to_customer"], name="search_document_key")]

    def __str__(self) -> str:
        return f"document of ticket {self.ticket_id}"


class Known(models.Model):
    """The words of one customer or one company."""

    person = models.OneToOneField(Person, null=True, on_delete=models.CASCADE, related_name="+")
    company = models.OneToOneField(Company, null=True, on_delete=models.CASCADE, related_name="+")
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person=None, company__isnull=False) | models.Q(person__isnull=False, company=None),
                name="known_is_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"words of {self.person_id or self.company_id}"


class Word(models.Model):
    """A word of the index, and its `forms`: itself, and how it is written without ä, ö, ü."""

    word = models.CharField(max_length=80)
    forms = models.CharField(max_length=170)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["word"], name="search_word_word")]

    def __str__(self) -> str:
        return self.word


class FileText(models.Model):
    """The text of a file by its digest, whoever has it attached, as far as it could be read: `outcome` is one of
    `files.bounded.Outcome`.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    outcome = models.CharField(max_length=12)
    text = models.TextField()

    def __str__(self) -> str:
        return f"text of {self.digest}"


class FilesToRead(models.Model):
    """An article whose files' words do not stand in its document yet."""

    article = models.OneToOneField(Article, primary_key=True, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"files of article {self.article_id}"


class Progress(models.Model):
    """How far a sweep has come: the key of the row at which it takes up its work."""

    name = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"
