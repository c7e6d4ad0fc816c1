"""The mask that changes many tickets at once. What it offers hangs on the actor alone, never on the tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from klardesk.people.absences import Away, away
from klardesk.tickets.actions import BulkChange, Changes
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.forms.parts import AgentField, PendingMixin, ThingField, TimeMixin, pending_field, things
from klardesk.tickets.models import Channel, Priority, SenderType, StateType, Ticket
from klardesk.tickets.queries import possible_owners, queues_with, ticket_by_number, types

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

AS_IT_IS = gettext_lazy("as it is")
NOBODY = "0"
PROPERTIES = ("state", "queue", "owner", "responsible", "priority", "type", "locked", "watch", "archived", "read")


class AgentOrNobodyField(AgentField):
    """A choice among agents in which nobody is a choice too; gives NOBODY for it."""

    def offer(self, things: Any) -> None:
        """Offer these agents, and nobody."""
        super().offer(things)
        first, *others = list(cast("list[tuple[str, str]]", self.choices))
        self.choices = [first, (NOBODY, _("nobody")), *others]
        self.rows[NOBODY] = NOBODY


class BulkForm(TimeMixin, PendingMixin, forms.Form):
    """What is to change in each of the chosen tickets; what is left alone stays as it is."""

    state = ThingField(label=gettext_lazy("State"), required=False, empty=AS_IT_IS)
    pending_until = pending_field()
    queue = ThingField(label=gettext_lazy("Queue"), required=False, empty=AS_IT_IS)
    owner = AgentOrNobodyField(label=gettext_lazy("Owner"), required=False, empty=AS_IT_IS)
    responsible = AgentOrNobodyField(label=gettext_lazy("Responsible"), required=False, empty=AS_IT_IS)
    priority = ThingField(label=gettext_lazy("Priority"), required=False, empty=AS_IT_IS)
    type = ThingField(label=gettext_lazy("Type"), required=False, empty=AS_IT_IS)
    locked = forms.ChoiceField(
        label=pgettext_lazy("what a ticket has", "Lock"), required=False,
        choices=[("", AS_IT_IS), ("yes", gettext_lazy("lock for me")), ("no", gettext_lazy("unlock"))],
    )  # fmt: skip
    watch = forms.ChoiceField(
        label=gettext_lazy("Watch"), required=False,
        choices=[("", AS_IT_IS), ("yes", gettext_lazy("watch")), ("no", gettext_lazy("do not watch"))],
    )  # fmt: skip
    archived = forms.ChoiceField(
        label=gettext_lazy("Archive"), required=False,
        choices=[("", AS_IT_IS), ("yes", gettext_lazy("archive")), ("no", gettext_lazy("take out of the archive"))],
    )  # fmt: skip
    read = forms.ChoiceField(
        label=pgettext_lazy("whether somebody has read it", "Read"), required=False,
        choices=[("", AS_IT_IS), ("yes", gettext_lazy("mark as read")), ("no", gettext_lazy("mark as unread"))],
        help_text=gettext_lazy("For you alone; others see nothing of it."),
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Subject"), required=False, max_length=500,
        help_text=gettext_lazy("Without one, each note takes its ticket's title."),
    )  # fmt: skip
    text = forms.CharField(label=gettext_lazy("Text"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads it"), widget=forms.RadioSelect, initial="internal", required=False,
        choices=[("internal", gettext_lazy("Internal: agents alone")), ("public", gettext_lazy("The customer too"))],
    )  # fmt: skip
    number = forms.CharField(
        label=gettext_lazy("Number of the ticket into which they go"), required=False, max_length=60,
        help_text=gettext_lazy("Merging stands alone: leave the rest as it is."),
    )  # fmt: skip

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, initial={"audience": "internal", "billable": "yes"})
        self.actor, self.other = actor, None
        self.handed_over: Away | None = None
        self.absent: Away | None = None
        queues = list(queues_with(actor, "move_into"))
        agents = list(possible_owners(*queues, *queues_with(actor, "ro")))
        things(self, "queue").offer(queues)
        things(self, "owner").offer(agents)
        things(self, "responsible").offer(agents)
        things(self, "priority").offer(Priority.objects.filter(valid=True).order_by("level"))
        things(self, "type").offer(types())
        if not things(self, "type").rows:
            del self.fields["type"]
        self.offer_states(self.fields["state"])
        self.offer_activities(None)

    other: Ticket | None

    def clean_number(self) -> str:
        """The number without hook and blanks; the ticket is kept as `other`."""
        number: str = self.cleaned_data["number"].strip().lstrip("#").strip()
        self.other = ticket_by_number(number, self.actor) if number else None
        if number and self.other is None:
            raise forms.ValidationError(_("No ticket of this number is yours to see."))
        return number

    def clean(self) -> dict[str, Any]:
        """Something is to change, and its parts agree with each other."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        noted = bool(values.get("text", "").strip())
        chosen = [name for name in PROPERTIES if values.get(name)]
        if self.errors:
            return values
        if not (chosen or noted or self.other):
            raise forms.ValidationError(_("Choose what is to change."))
        if self.other and (chosen or noted):
            self.add_error("number", _("Merging stands alone: leave the rest as it is."))
        if (values.get("time_units") is not None or values.get("subject")) and not noted:
            self.add_error("text", _("Subject and time belong to a note: write its text."))
        if values.get("locked") == "yes" and self._unlocks(values):
            self.add_error(
                "locked",
                _("Moving and closing unlock a ticket, and whoever locks becomes the owner: choose one of them."),
            )
        self._ask_for_substitute(values)
        return values

    @staticmethod
    def _unlocks(values: dict[str, Any]) -> bool:
        state = values.get("state")
        return bool(values.get("queue") or values.get("owner") or (state and state.type == StateType.CLOSED))

    def _ask_for_substitute(self, values: dict[str, Any]) -> None:
        """Tickets for an agent who is away go to the substitute if that agent wishes so; else the preview says it."""
        owner = values.get("owner")
        absent = away(owner.pk) if owner and owner != NOBODY else None
        if absent is None:
            return
        substitute = things(self, "owner").rows.get(str(absent.substitute))
        if absent.hand_over and substitute is not None:
            values["owner"], self.handed_over = substitute, absent
        else:
            self.absent = absent

    @property
    def wanted(self) -> BulkChange:
        """What was entered, for `actions.apply_bulk`."""
        values = self.cleaned_data
        owner, responsible = values["owner"], values["responsible"]
        changes = Changes(
            queue=values["queue"], owner=None if owner == NOBODY else owner, owner_none=owner == NOBODY,
            responsible=None if responsible == NOBODY else responsible, state=values["state"],
            pending_until=values["pending_until"], priority=values["priority"], type=values.get("type"),
        )  # fmt: skip
        yes_or_no = {"yes": True, "no": False}
        return BulkChange(
            changes, responsible_none=responsible == NOBODY, locked=yes_or_no.get(values["locked"]),
            watched=yes_or_no.get(values["watch"]), archived=yes_or_no.get(values["archived"]),
            read=yes_or_no.get(values["read"]), note=self._note(), merge_into=self.other,
        )  # fmt: skip

    def _note(self) -> NewArticle | None:
        values = self.cleaned_data
        if not values["text"].strip():
            return None
        return NewArticle(
            sender=SenderType.AGENT, channel=Channel.NOTE, visible_to_customer=values["audience"] == "public",
            subject=values["subject"], text=values["text"], from_text=self.actor.name, time=self.time,
        )  # fmt: skip
