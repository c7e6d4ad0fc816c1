"""What the portal keeps: terms and who accepted them, requests for access, web forms, counted attempts. State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.people.models import Person, Realm
from klardesk.tickets.models import Priority, Queue, Ticket, Type


class TermsVersion(models.Model):
    """A published version of the privacy terms; it never changes. Customers accept the newest."""

    number = models.PositiveIntegerField(unique=True)
    text_en = models.TextField()
    text_de = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"terms {self.number}"


class TermsAcceptance(models.Model):
    """A customer accepted a version."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="accepted_terms")
    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "version"], name="accept_once")]


class Wanted(models.TextChoices):
    """What somebody outside asks for."""

    PASSWORD = "password", _("a new password")
    ACCOUNT = "account", _("an account")
    LOG_IN = "log_in", _("a link to log in")


class AccessRequest(models.Model):
    """Somebody outside asked for access. Whether the address is known is looked up later, by the worker, so that the answer
    in the browser, and how long it takes, is the same for everybody.

    Of the token that is mailed for a new account only the digest is stored.
    """

    wanted = models.CharField(max_length=10, choices=Wanted.choices)
    realm = models.CharField(max_length=10, choices=Realm.choices)
    address = models.CharField(max_length=254)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True)
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(answered_at=None), name="access_request_waits")
        ]


class Attempt(models.Model):
    """Something that may be done so often only, counted under its key for a while, then swept away."""

    key = models.CharField(max_length=120)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "at"], name="attempt_count")]


class Submission(models.Model):
    """A form that was sent, by the SHA-256 of the key it bears and what was written: sent twice, it is still done once."""

    key = models.CharField(max_length=64, unique=True)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_index=True)


class WebForm(models.Model):
    """A public form that makes tickets of people without an account. `name` stands in its address.

    `origins` are the sites that may show it in a frame. `question` and `answer` are asked if both are there.
    """

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+")
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(Type, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    takes_files = models.BooleanField(default=False)
    question = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    origins = models.JSONField(default=list, blank=True)
    valid = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class TicketLink(models.Model):
    """A link by which one person opens one ticket without a password. Of its token only the digest is stored."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    """When it was opened last."""

    def __str__(self) -> str:
        return f"link of {self.person_id} to ticket {self.ticket_id}"


class GuestAcceptance(models.Model):
    """Whoever opened a ticket by a link accepted a version. It counts for this link alone: who that was is not known."""

    link = models.ForeignKey(TicketLink, on_delete=models.CASCADE, related_name="accepted_terms")
    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="guest_acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "version"], name="guest_accepts_once")]


class LogInToken(models.Model):
    """A mailed link that logs one customer in once, within minutes. Of its token only the digest is stored."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"log-in link of {self.person_id}"
