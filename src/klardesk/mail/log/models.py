"""The communication log: connections with mail servers, and under which addresses a mail is found. State only.

What is told of a single mail stands in its own row (`IncomingMail.log`, `OutgoingMail.log`), so that it is written
together with the fact itself.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConnectionKind(models.TextChoices):
    """What a connection is for."""

    IMAP = "imap", "IMAP"
    POP3 = "pop3", "POP3"
    PIPE = "pipe", _("pipe of the mail server")
    SMTP = "smtp", "SMTP"
    OAUTH = "oauth", "OAuth 2"


class ConnectionState(models.TextChoices):
    """How a connection went. One that is under way and silent for long was broken off."""

    OPEN = "open", _("under way")
    DONE = "done", _("went well")
    PARTLY = "partly", _("went well in part")
    FAILED = "failed", _("failed")


class MailConnection(models.Model):
    """A round over an account: mails fetched, mails handed over, a token renewed.

    Rounds that found nothing, and such as failed alike one after the other, share one row: `rounds` counts them,
    `started_at` is the first one's beginning and `last_at` the last one's end. `steps` is a list of entries
    (`log.entries`); `words` is what went wrong. `account` is what the account was called then.
    """

    kind = models.CharField(max_length=10, choices=ConnectionKind.choices)
    mailbox = models.ForeignKey("mail.Mailbox", null=True, on_delete=models.SET_NULL, related_name="+")
    server = models.ForeignKey("mail.OutgoingServer", null=True, on_delete=models.SET_NULL, related_name="+")
    oauth = models.ForeignKey("mail.OAuthConnection", null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ConnectionState.choices, default=ConnectionState.OPEN)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    rounds = models.PositiveIntegerField(default=1)
    mails = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True)
    steps = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["started_at", "id"], name="connection_started"),
            models.Index(fields=["last_at"], name="connection_last"),
        ]

    def __str__(self) -> str:
        return f"connection {self.pk}"


class IncomingParty(models.Model):
    """An address in the header of a mail that came in: sender or recipient."""

    mail = models.ForeignKey("mail.IncomingMail", on_delete=models.CASCADE, db_index=False, related_name="parties")
    key = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mail", "key"], name="incoming_party_once")]
        indexes: ClassVar = [models.Index(fields=["key", "mail"], name="incoming_party_key")]

    def __str__(self) -> str:
        return self.key


class OutgoingParty(models.Model):
    """An address that a mail of the desk went to, or under which it went."""

    mail = models.ForeignKey("mail.OutgoingMail", on_delete=models.CASCADE, db_index=False, related_name="parties")
    key = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mail", "key"], name="outgoing_party_once")]
        indexes: ClassVar = [models.Index(fields=["key", "mail"], name="outgoing_party_key")]

    def __str__(self) -> str:
        return self.key
