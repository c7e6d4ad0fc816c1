"""The ledger's tables. Triggers (see `guards`) refuse to change or delete their rows on both engines."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.ledger.refs import ActorRef, ChainRef
from klardesk.ledger.registry import from_json

PARTS = {
    "": _("the desk"), "worker": _("the desk"), "deletion": _("the desk"), "first start": _("the desk at its first start"),
    "mail": _("incoming mail"), "outbox": _("outgoing mail"), "portal": _("the portal"), "web form": _("a web form"),
    "command line": _("the command line"), "demo": _("the demo"),
}  # fmt: skip
"""What the parts of the desk are called that do something by themselves, by the name that the history has of them."""


class Chain(models.Model):
    """The chain of one recorded object: how long it is, and the digest of its last event."""

    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    length = models.PositiveIntegerField(default=0)
    head_digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="ledger_chain_ref"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @property
    def ref(self) -> ChainRef:
        """The name of this chain."""
        return ChainRef(self.kind, self.key)


class Event(models.Model):
    """One thing that happened. Everything but payload and salt is for ever; those two may be lawfully erased."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="events", db_index=False)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=400)
    payload_text = models.TextField(null=True, db_column="payload")  # noqa: DJ001  # null: erased
    salt = models.BinaryField(max_length=16, null=True)
    payload_digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    erased_by = models.CharField(max_length=200, null=True)  # noqa: DJ001  # null: not erased

    class Meta:
        constraints = (models.UniqueConstraint(fields=["chain", "sequence"], name="ledger_event_place"),)

    def __str__(self) -> str:
        return f"{self.chain_id}#{self.sequence} {self.kind}"

    @cached_property
    def payload(self) -> Any:
        """The typed payload; a GenericPayload if the program does not know it; None if it was lawfully erased."""
        return None if self.payload_text is None else from_json(self.kind, self.payload_text)

    @property
    def actor(self) -> ActorRef:
        """Who did it, under the name of that time."""
        return ActorRef(self.actor_kind, self.actor_id, self.actor_name)

    @property
    def speaker(self) -> str:
        """Who did it, for people: somebody's name of that time, or which part of the desk, in the reader's language."""
        if self.actor_kind != "system":
            return self.actor_name or self.actor_kind
        return str(PARTS.get(self.actor_name, self.actor_name))


class Seal(models.Model):
    """A signed Merkle root over the heads of all chains; the seals form a chain of their own.

    `leaves` holds, compressed, the heads that are new or changed since the seal before (see `seals`).
    """

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    chains = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    leaves = models.BinaryField()
    previous_seal_digest = models.CharField(max_length=64)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"seal {self.number}"
