"""Mailboxes, addresses, what came in, what goes out. State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from klardesk.tickets.models import Article, Queue, Ticket


class Protocol(models.TextChoices):
    """How mails are fetched."""

    IMAP = "imap", "IMAP"
    POP3 = "pop3", "POP3"


class Security(models.TextChoices):
    """How the connection to a mail server is protected."""

    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("none: only within a trusted network")


class AfterFetch(models.TextChoices):
    """What happens on the server to a mail once it is safely kept."""

    DELETE = "delete", _("delete it from the server")
    SEEN = "seen", _("leave it there, marked as read (IMAP only)")
    MOVE = "move", _("move it to another folder (IMAP only)")


class Mailbox(models.Model):
    """An account whose mails become tickets. The password is kept by `klardesk.base.secrets` and never shown again.

    `queue` empty: the queue is that of the address the mail was sent to. What follows `valid` is state of the fetcher:
    mails up to `last_uid` under `uid_validity` are safely kept.
    """

    name = models.CharField(_("Name"), max_length=100, unique=True)
    protocol = models.CharField(_("Protocol"), max_length=10, choices=Protocol.choices, default=Protocol.IMAP)
    host = models.CharField(_("Server"), max_length=253)
    port = models.PositiveIntegerField(_("Port"), default=993)
    security = models.CharField(_("Encryption"), max_length=10, choices=Security.choices, default=Security.TLS)
    login = models.CharField(_("Login"), max_length=254)
    password = models.TextField(blank=True)
    oauth = models.ForeignKey(
        "mail.OAuthConnection", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Signed in by the connection"),
    )  # fmt: skip
    folder = models.CharField(_("Folder"), max_length=200, default="INBOX")
    after_fetch = models.CharField(
        _("After fetching"), max_length=10, choices=AfterFetch.choices, default=AfterFetch.DELETE
    )
    move_to = models.CharField(_("Move to folder"), max_length=200, blank=True)
    queue = models.ForeignKey(
        Queue, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Always to the queue")
    )
    trusted = models.BooleanField(_("Trusted: headers in its mails may steer the desk"), default=False)
    archive = models.BooleanField(_("Archive: its mails are answered by no automatic answer"), default=False)
    valid = models.BooleanField(_("Valid"), default=True)
    uid_validity = models.BigIntegerField(default=0, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    last_round_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class IncomingState(models.TextChoices):
    """How far a mail has come."""

    RECEIVED = "received", _("waiting")
    PROCESSED = "processed", _("processed")
    FAILED = "failed", _("failed")
    IGNORED = "ignored", _("ignored")


class Reason(models.TextChoices):
    """Why a mail became no article, or only a part of it did."""

    NONE = "", ""
    ERROR = (
        "error",
        _("The desk could not process it. It is kept; it is tried again, and can be processed again by hand."),
    )
    UNREADABLE = "unreadable", _("Its kept bytes cannot be read from the blob store.")
    COSTLY = (
        "costly",
        _(
            "Reading it takes more time or memory than one mail may have. It is kept; it is tried again, and can be read by hand."
        ),
    )
    PARTLY = "partly", _("It is beyond the desk's limits, so only a part of it was read. The whole mail is kept.")
    EMPTY = "empty", _("It was empty.")
    OWN = "own", _("The desk itself sent it; it came back.")
    HEADER = "header", _("It came by a trusted mailbox, and a header of it asks to be ignored.")
    FILTER = "filter", _("A filter asks to ignore it.")


class IncomingMail(models.Model):
    """A mail whose bytes are safely kept (design, rule 5); `digest` names the blob. `mailbox` empty: it came by the pipe.

    The same (mailbox, UID validity, UID) and the same content of a mailbox are the same mail. What follows `connection` is
    for the communication log: `words` is what is searched, case-folded; `log` are entries, None once they are forgotten.
    """

    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.PROTECT, related_name="mails")
    uid_validity = models.BigIntegerField(default=0)
    uid = models.CharField(max_length=100, blank=True)
    queue = models.ForeignKey(Queue, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=IncomingState.choices, default=IncomingState.RECEIVED)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    detail = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="+")
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    connection = models.ForeignKey("mail.MailConnection", null=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.TextField(blank=True, default="")
    from_text = models.TextField(blank=True, default="")
    to_text = models.TextField(blank=True, default="")
    message_id = models.TextField(blank=True, default="")
    message_id_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    words = models.TextField(blank=True, default="")
    log = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"], condition=~models.Q(uid=""), name="incoming_once_by_uid"
            ),
            models.UniqueConstraint(fields=["mailbox", "digest"], name="incoming_once_by_content"),
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(mailbox=None), name="incoming_once_by_content_pipe"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_attempt_at", "id"], name="incoming_due"),
            models.Index(fields=["article"], name="incoming_article"),
            models.Index(fields=["received_at", "id"], name="incoming_received"),
            models.Index(fields=["mailbox", "received_at", "id"], name="incoming_of_mailbox"),
            models.Index(fields=["received_at"], condition=models.Q(log__isnull=False), name="incoming_log_kept"),
            models.Index(fields=["received_at"], name="incoming_partly", condition=models.Q(reason="partly")),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class OutgoingServer(models.Model):
    """A server that takes mails: those of the addresses that chose it, the default one all others.

    Without any valid one KLARDESK_SMTP_URL counts.
    """

    name = models.CharField(_("Name"), max_length=100, default="")
    host = models.CharField(_("Server"), max_length=253)
    port = models.PositiveIntegerField(_("Port"), default=587)
    security = models.CharField(_("Encryption"), max_length=10, choices=Security.choices, default=Security.STARTTLS)
    login = models.CharField(_("Login"), max_length=254, blank=True)
    password = models.TextField(blank=True)
    oauth = models.ForeignKey(
        "mail.OAuthConnection", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Signed in by the connection"),
    )  # fmt: skip
    default = models.BooleanField(_("For all addresses that chose none"), default=False)
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return self.name or f"{self.host}:{self.port}"


class SystemAddress(models.Model):
    """An address of the desk: mail to it goes to its queue, and queues send under it."""

    address = models.CharField(_("Address"), max_length=254)
    address_key = models.CharField(
        max_length=254, unique=True, error_messages={"unique": _("The desk has this address already.")}
    )
    display_name = models.CharField(_("Shown name"), max_length=200, blank=True)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+", verbose_name=_("Queue"))
    server = models.ForeignKey(
        OutgoingServer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Outgoing server"),
    )
    comment = models.TextField(_("Comment"), blank=True)
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return f"{self.display_name} <{self.address}>" if self.display_name else self.address

    @property
    def name(self) -> str:
        """What its page is called."""
        return self.address


class QueueMail(models.Model):
    """Under which address a queue sends; without one it sends under the first address that leads to it."""

    queue = models.OneToOneField(Queue, on_delete=models.CASCADE, related_name="mail")
    sender = models.ForeignKey(SystemAddress, on_delete=models.PROTECT, related_name="+", verbose_name=_("Sender"))

    def __str__(self) -> str:
        return str(self.queue)

    @property
    def name(self) -> str:
        """What its page is called."""
        return self.queue.name


class OutgoingState(models.TextChoices):
    """How far an outgoing mail has come."""

    WAITING = "waiting", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")
    TAKEN_BACK = "taken_back", _("stopped before it was sent")


class OutgoingKind(models.TextChoices):
    """What an outgoing mail is."""

    FIRST = "first", pgettext_lazy("kind of mail", "First mail of a ticket")
    REPLY = "reply", pgettext_lazy("kind of mail", "Reply")
    FORWARD = "forward", pgettext_lazy("kind of mail", "Forward")
    OUTBOUND = "outbound", _("Mail to somebody else")
    BOUNCE = "bounce", _("Passed on unaltered")
    AUTO = "auto", _("Automatic answer")
    NOTICE = "notice", _("Notification to an agent")


class OutgoingMail(models.Model):
    """A mail to be sent: the outbox (design, rule 6). `digest` names the blob of its built bytes, which never change.

    `recipients` is a list of {"address", "state" (waiting, sent, failed), "error"}, with "digest" for one who gets other
    bytes than the rest: a hidden recipient of an encrypted mail. `claim` marks the sender at work.
    `sender` is the address of the desk it goes out under; it decides by which server. What follows `connection` (the last
    one that it was handed over in) is for the communication log, as in IncomingMail.
    """

    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=10, choices=OutgoingKind.choices)
    sender = models.ForeignKey(SystemAddress, null=True, on_delete=models.SET_NULL, related_name="+")
    envelope_from = models.CharField(max_length=254, blank=True)
    recipients = models.JSONField()
    digest = models.CharField(max_length=64)
    message_id = models.CharField(max_length=250)
    message_id_digest = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=10, choices=OutgoingState.choices, default=OutgoingState.WAITING)
    created_at = models.DateTimeField()
    tries_since = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claim = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    connection = models.ForeignKey("mail.MailConnection", null=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.TextField(blank=True, default="")
    words = models.TextField(blank=True, default="")
    log = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_attempt_at", "id"], name="outgoing_due"),
            models.Index(fields=["article"], name="outgoing_article"),
            models.Index(fields=["created_at", "id"], name="outgoing_created"),
            models.Index(fields=["created_at"], condition=models.Q(log__isnull=False), name="outgoing_log_kept"),
        ]

    def __str__(self) -> str:
        return self.message_id


class AutoResponseCount(models.Model):
    """How many automatic answers an address got on a day of the desk's time zone (contract 2.4)."""

    address = models.CharField(max_length=254)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["address", "day"], name="one_count_per_day")]


from klardesk.mail.filters.models import ExternalNumber, MailFilter  # noqa: E402, F401 (models of a package of this room)
from klardesk.mail.keys.models import KeyAddress, MailKey, Protection, QueueProtection  # noqa: E402, F401
from klardesk.mail.log.models import IncomingParty, MailConnection, OutgoingParty  # noqa: E402, F401
from klardesk.mail.oauth.models import OAuthConnection  # noqa: E402, F401
