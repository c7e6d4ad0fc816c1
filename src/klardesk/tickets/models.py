"""Tickets, articles and what they hang on. State only: fields, constraints, indexes, cheap predicates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from klardesk.access.models import Group
from klardesk.people.models import Company, Person
from klardesk.tickets.bulk_runs import BulkDone
from klardesk.tickets.managers import ArticleManager, AttachmentManager, DraftManager, TicketManager, TimeManager
from klardesk.tickets.registers import DeletedTicket, NumberCounter
from klardesk.tickets.seen import TicketSeen

__all__ = ["BulkDone", "DeletedTicket", "NumberCounter", "TicketSeen"]


class FollowUp(models.TextChoices):
    """What a mail to a closed ticket of the queue does (contract 2.3)."""

    POSSIBLE = "possible", _("reopens the ticket")
    REJECT = "reject", _("is added, the ticket stays closed, the sender is told")
    NEW_TICKET = "new_ticket", _("becomes a new ticket, linked to the old one")


class Queue(models.Model):
    """A place where tickets wait. Its full name shows the tree: `Support::Hardware` lies under `Support`.

    `unlock_after` is in minutes; 0 is never. `time_required`: whoever writes an article says how much time it took.
    """

    name = models.CharField(max_length=200, unique=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="queues")
    comment = models.TextField(blank=True)
    follow_up = models.CharField(max_length=12, choices=FollowUp.choices, default=FollowUp.POSSIBLE)
    follow_up_lock = models.BooleanField(default=False)
    unlock_after = models.PositiveIntegerField(default=0)
    time_required = models.BooleanField(default=False)
    valid = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def last_name(self) -> str:
        """The last part of the full name."""
        return self.name.rpartition("::")[2]


class StateType(models.TextChoices):
    """The fixed types of states; the desk's rules look at these, never at a state's name."""

    NEW = "new", _("new")
    OPEN = "open", _("open")
    PENDING_REMINDER = "pending_reminder", _("pending reminder")
    PENDING_AUTO = "pending_auto", _("pending auto")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")
    REMOVED = "removed", _("removed")


PENDING_TYPES = (StateType.PENDING_REMINDER, StateType.PENDING_AUTO)
ENDED_TYPES = (StateType.CLOSED, StateType.MERGED, StateType.REMOVED)


class State(models.Model):
    """A state with an editable name over a fixed type. A `pending auto` state changes to `next_state` at its time.

    Customers read `customer_name` instead of the name, if there is one.
    """

    name = models.CharField(max_length=100, unique=True)
    customer_name = models.CharField(max_length=100, blank=True, default="")
    type = models.CharField(max_length=20, choices=StateType.choices)
    next_state = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    valid = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Priority(models.Model):
    """How urgent a ticket is: a higher `level` is more urgent. The colour is `#rrggbb`."""

    name = models.CharField(max_length=100, unique=True)
    level = models.PositiveSmallIntegerField()
    colour = models.CharField(max_length=7)
    default = models.BooleanField(default=False)
    valid = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Type(models.Model):
    """What kind of matter a ticket is, such as incident or request. A desk without any type shows none."""

    name = models.CharField(max_length=100, unique=True)
    valid = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """One customer's matter. `revision` counts its changes: a form carries it, so that nobody overwrites unseen.

    `time_units` is the sum of its entries' times. No ticket is `archived` that is not ended.
    """

    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=255)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+", db_index=False)
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(Type, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="owned_tickets", db_index=False)
    responsible = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="responsible_tickets")
    locked = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True)
    archived = models.BooleanField(default=False)
    pending_until = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    customer = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="customer_tickets", db_index=False
    )
    customer_login = models.CharField(max_length=254, blank=True)
    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    company_number = models.CharField(max_length=254, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    article_count = models.PositiveIntegerField(default=0)
    time_units = models.PositiveBigIntegerField(default=0)

    objects = TicketManager()
    all_rows = models.Manager["Ticket"]()

    class Meta:
        base_manager_name = "all_rows"
        # The first columns of these serve as the foreign keys' own indexes, which are therefore off: each index is paid
        # for at every write, and SQLite would choose the narrow one.
        indexes: ClassVar = [
            models.Index(fields=["queue", "state", "archived", "-created_at", "-id"], name="ticket_list"),
            models.Index(fields=["queue", "state", "archived", "-changed_at", "-id"], name="ticket_list_changed"),
            models.Index(fields=["state", "queue", "owner"], name="ticket_count"),
            models.Index(fields=["state", "pending_until"], name="ticket_pending"),
            models.Index(fields=["owner", "state", "-changed_at", "-id", "queue"], name="ticket_owner"),
            models.Index(
                fields=["owner", "pending_until"], condition=models.Q(pending_until__isnull=False), name="ticket_reminder"
            ),
            models.Index(fields=["owner", "state", "-changed_at", "-id"], condition=models.Q(locked=True), name="ticket_locked"),
            models.Index(fields=["customer", "state", "queue", "archived", "-id"], name="ticket_customer"),
            models.Index(fields=["company", "state", "queue", "archived", "-id"], name="ticket_company"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class SenderType(models.TextChoices):
    """Who speaks in an article."""

    AGENT = "agent", _("Agent")
    CUSTOMER = "customer", _("Customer")
    SYSTEM = "system", _("System")


class Channel(models.TextChoices):
    """By which way an article came or went."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    NOTE = "note", _("Note")
    WEB = "web", _("Web")


class Article(models.Model):
    """One message of a ticket. `html` is cleaned by the cleaner of `html_version` (0: as it came; None: there is none);
    `raw` names the mail's own bytes, which stay as they came.

    `original_ticket` is where it was written: a merge moves articles and remembers whence.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="articles")
    sender = models.CharField(max_length=10, choices=SenderType.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    visible_to_customer = models.BooleanField()
    subject = models.TextField(blank=True)
    from_text = models.TextField(blank=True)
    to_text = models.TextField(blank=True)
    cc_text = models.TextField(blank=True)
    bcc_text = models.TextField(blank=True)
    reply_to_text = models.TextField(blank=True)
    message_id = models.TextField(blank=True)
    message_id_digest = models.CharField(max_length=64, blank=True, db_index=True)
    in_reply_to = models.TextField(blank=True)
    references = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    html_version = models.PositiveSmallIntegerField(null=True)
    raw = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    original_ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ArticleManager()
    all_rows = models.Manager["Article"]()

    class Meta:
        base_manager_name = "all_rows"
        indexes: ClassVar = [
            models.Index(fields=["ticket", "created_at", "id"], name="article_of_ticket"),
            models.Index(fields=["html_version"], condition=models.Q(html_version__isnull=False), name="article_html_version"),
            models.Index(fields=["channel", "ticket"], name="article_channel"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"article {self.pk}"


class Attachment(models.Model):
    """A file of an article; `digest` names its blob. Inline ones are shown in the text by their `content_id`."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)

    objects = AttachmentManager()
    all_rows = models.Manager["Attachment"]()

    class Meta:
        base_manager_name = "all_rows"

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """What time is spent on. Time spent on one that is not `billable` never goes on a bill."""

    name = models.CharField(max_length=100, unique=True)
    billable = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)
    valid = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class TimeEntry(models.Model):
    """Time that somebody spent on a ticket, writing an article or otherwise. `units` are hundredths of the desk's unit.

    `original_ticket` is where it was spent: a merge moves entries and remembers whence.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="time_entries")
    article = models.ForeignKey(Article, null=True, on_delete=models.PROTECT, related_name="time_entries")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, null=True, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    billable = models.BooleanField(default=True)
    comment = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_index=True)
    original_ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")

    objects = TimeManager()
    all_rows = models.Manager["TimeEntry"]()

    class Meta:
        base_manager_name = "all_rows"

    def __str__(self) -> str:
        return f"time entry {self.pk}"


class LinkType(models.TextChoices):
    """How two tickets belong together. A normal link has no direction; a parent is the source."""

    NORMAL = "normal", _("Normal")
    PARENT_CHILD = "parent_child", _("Parent and child")


class Link(models.Model):
    """A link between two tickets; of a normal link the older ticket is the source."""

    source = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links_from")
    target = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links_to")
    type = models.CharField(max_length=20, choices=LinkType.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="one_link_of_a_type"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="no_link_to_itself"),
        ]


class Watcher(models.Model):
    """A person who follows a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="watched")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "person"], name="watch_once")]


class Draft(models.Model):
    """What an agent typed into a mask and did not send yet; one of each person at each place (`drafts.Place`).

    `values` are the mask's fields by name, each a list of texts as a form sends them; `files` are lists of the values of
    `drafts.NewAttachment`. It is no part of the ticket's history.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    mask = models.CharField(max_length=60)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="drafts")
    article = models.ForeignKey(Article, null=True, on_delete=models.CASCADE, related_name="+")
    values = models.JSONField()
    files = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    objects = DraftManager()
    all_rows = models.Manager["Draft"]()

    class Meta:
        base_manager_name = "all_rows"
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.F("person"), models.F("mask"), Coalesce("ticket", 0), Coalesce("article", 0), name="one_draft_of_a_place"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def text(self) -> str:
        """The text as far as it was typed."""
        return "".join(self.values.get("text") or self.values.get("notice") or ())


class TicketParticipant(models.Model):
    """A customer who may read and answer a ticket in the portal though it is neither theirs nor their company's."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="participates")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "person"], name="participate_once")]


class SavedView(models.Model):
    """A ticket list that somebody named: its query and columns (none: the reader's own). Readers of `groups` see it too."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    groups = models.ManyToManyField(Group, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="view_named_once")]

    def __str__(self) -> str:
        return self.name


class ListChoice(models.Model):
    """What a person chose for a view, or for all lists without one: the columns in order, and whether lists begin with it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.CASCADE, related_name="+")
    columns = models.JSONField(default=list)
    start = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "view"], name="choose_once"),
            models.UniqueConstraint(fields=["person"], condition=models.Q(view=None), name="choose_once_without_view"),
        ]
