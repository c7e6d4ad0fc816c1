"""Certificates and keys of signed and encrypted mail, what queues do with them, and what they said of articles. State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.tickets.models import Article, Queue


class Kind(models.TextChoices):
    """The two ways of protecting mail."""

    SMIME = "smime", "S/MIME"
    PGP = "pgp", "OpenPGP"


class Origin(models.TextChoices):
    """How a key came here. A learned one counts for nothing until an administrator trusts it."""

    ADDED = "added", _("added by an administrator")
    LEARNED = "learned", _("learned from a signed mail")
    VOUCHED = "vouched", _("learned from a signed mail; a trusted authority vouched for it")


class MailKey(models.Model):
    """A certificate (S/MIME) or key (OpenPGP), of the desk if `private` is there, else of somebody else or an authority.

    `public` is PEM or armoured; `private` and `passphrase` are kept by `klardesk.base.secrets` and never shown again.
    `trusted`: signatures by it, or by those it vouches for, are good. Not `valid`: withdrawn; it still opens old mails.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    fingerprint = models.CharField(_("Fingerprint"), max_length=64)
    name = models.CharField(_("Name"), max_length=300)
    issuer = models.TextField(blank=True)
    algorithm = models.CharField(max_length=100, blank=True)
    public = models.TextField()
    private = models.TextField(blank=True)
    passphrase = models.TextField(blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    authority = models.BooleanField(default=False)
    can_sign = models.BooleanField(default=True)
    can_encrypt = models.BooleanField(default=True)
    trusted = models.BooleanField(_("Trusted"), default=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ADDED)
    comment = models.TextField(_("Comment"), blank=True)
    valid = models.BooleanField(_("Valid"), default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "fingerprint"], name="mail_key_once")]

    def __str__(self) -> str:
        return self.name


class KeyAddress(models.Model):
    """An address that a key is for, in lower case."""

    key = models.ForeignKey(MailKey, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=254, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "address"], name="mail_key_address_once")]

    def __str__(self) -> str:
        return self.address


class Sign(models.TextChoices):
    """Whether a queue's mails are signed."""

    NEVER = "never", _("not by itself")
    ALWAYS = "always", _("sign")


class Encrypt(models.TextChoices):
    """Whether a queue's mails are encrypted."""

    NEVER = "never", _("not by itself")
    POSSIBLE = "possible", _("encrypt if every recipient has a key")
    ALWAYS = "always", _("always: without a key for every recipient nothing is sent")


class QueueProtection(models.Model):
    """How a queue protects its mails. What is empty is as the queue above has it; at the top it is "not by itself".

    `key` counts for mails under one of its addresses; otherwise the best key of the sender's address does.
    """

    queue = models.OneToOneField(Queue, on_delete=models.CASCADE, related_name="mail_protection")
    sign = models.CharField(_("Sign"), max_length=10, choices=Sign.choices, blank=True)
    encrypt = models.CharField(_("Encrypt"), max_length=10, choices=Encrypt.choices, blank=True)
    kind = models.CharField(_("Way"), max_length=10, choices=Kind.choices, blank=True)
    key = models.ForeignKey(
        MailKey, null=True, blank=True, on_delete=models.PROTECT, related_name="queues", verbose_name=_("Key")
    )

    def __str__(self) -> str:
        return str(self.queue)

    @property
    def name(self) -> str:
        """What its page is called."""
        return self.queue.name


class Verdict(models.TextChoices):
    """What was found at one layer of a mail. The first five are of signatures, the others of encryption."""

    GOOD = "good", _("signature good")
    BAD = "bad", _("signature broken")
    EXPIRED = "expired", _("signed with an expired certificate or key")
    UNKNOWN = "unknown", _("signed, but nobody vouches for it")
    WITHDRAWN = "withdrawn", _("signed with a withdrawn certificate or key")
    SIGNED = "signed", _("signed by the desk")
    OPENED = "opened", _("was encrypted")
    CLOSED = "closed", _("encrypted, not readable")
    SEALED = "sealed", _("sent encrypted")


class Protection(models.Model):
    """One layer of an article's protection, the outermost first, as it was when the mail was read or written.

    It names the signer, or whose key opened the mail, by itself: deleting the key takes nothing away. `outer_subject`
    is what stood outside, if the subject was within an encrypted mail.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="mail_protection")
    layer = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    name = models.CharField(max_length=300, blank=True)
    addresses = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    by_sender = models.BooleanField(default=False)
    outer_subject = models.TextField(null=True)  # noqa: DJ001 (an empty subject outside is not the same as none hidden)
    key = models.ForeignKey(MailKey, null=True, on_delete=models.SET_NULL, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "layer"], name="mail_protection_layer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"
