"""Notifications of agents, and which of them each agent wants. State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.automation.managers import NotificationManager
from klardesk.ledger.models import Event
from klardesk.people.models import Person
from klardesk.tickets.models import Queue, Ticket


class Kind(models.TextChoices):
    """What a notification is about."""

    WARNED = "warned", _("Escalation draws near")
    ESCALATED = "escalated", _("Escalated")
    REMINDED = "reminded", _("Pending time reached")
    ASSIGNED = "assigned", _("Given to you")
    ANSWERED = "answered", _("Answer of a customer")
    BEGUN = "begun", _("New ticket")
    MENTIONED = "mentioned", _("You are mentioned")


class Wish(models.TextChoices):
    """How somebody wants to be told."""

    NONE = "none", _("not at all")
    DESK = "desk", _("at the desk")
    MAIL = "mail", _("at the desk and by e-mail")


class NotificationChoice(models.Model):
    """How an agent wants to be told of what, and of which queues' tickets that nobody owns.

    Without a row at the desk, and of no queue.
    """

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="notification_choice"
    )
    escalations = models.CharField(max_length=10, choices=Wish.choices, default=Wish.DESK)
    reminders = models.CharField(max_length=10, choices=Wish.choices, default=Wish.DESK)
    assigned = models.CharField(max_length=10, choices=Wish.choices, default=Wish.DESK)
    answered = models.CharField(max_length=10, choices=Wish.choices, default=Wish.DESK)
    begun = models.CharField(max_length=10, choices=Wish.choices, default=Wish.NONE)
    queues = models.ManyToManyField(Queue, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"choice of {self.person_id}"


class Notification(models.Model):
    """An event of a ticket that a person is told of. While `mail_due` its mail is still to be written."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)
    mail_due = models.BooleanField(default=False)

    objects = NotificationManager()
    all_rows = models.Manager["Notification"]()

    class Meta:
        base_manager_name = "all_rows"
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "person"], name="notified_once")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notification_list"),
            models.Index(fields=["person"], name="notification_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["read_at"], name="notification_read", condition=models.Q(read_at__isnull=False)),
            models.Index(fields=["id"], name="notification_mail", condition=models.Q(mail_due=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"
