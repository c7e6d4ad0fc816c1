"""Administration of queues, states, priorities, types and activities: a list, and one form for a new and a known one."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.models import Group
from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.tickets import actions
from klardesk.tickets.models import Activity, FollowUp, Priority, Queue, State, StateType, Type
from klardesk.tickets.names import shown
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.pages.found import page
from klardesk.tickets.policy import NotPossible


def valid_field() -> forms.BooleanField:
    """Whether the thing may still be chosen."""
    return forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)


class QueueForm(forms.Form):
    """A queue."""

    name = forms.CharField(
        label=gettext_lazy("Full name"),
        max_length=200,
        help_text=gettext_lazy("A sub-queue is named after the one above: Support::Hardware."),
    )
    group = forms.ModelChoiceField(
        Group.objects.order_by("name"),
        label=gettext_lazy("Group"),
        help_text=gettext_lazy("Rights on this group are rights on the queue's tickets."),
    )
    follow_up = forms.ChoiceField(label=gettext_lazy("A mail to a closed ticket"), choices=FollowUp.choices)
    follow_up_lock = forms.BooleanField(
        label=gettext_lazy("Lock a closed ticket for its owner when a mail reopens it"), required=False
    )
    unlock_after = forms.IntegerField(
        label=gettext_lazy("Unlock after (minutes)"),
        required=False,
        min_value=0,
        max_value=525_600,
        initial=0,
        help_text=gettext_lazy(
            "A new or open ticket on which nothing is done for so long is unlocked; its owner stays. 0: never."
        ),
    )
    time_required = forms.BooleanField(
        label=gettext_lazy("Whoever writes an article enters the time spent"), required=False
    )
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    valid = valid_field()

    def clean_unlock_after(self) -> int:
        """An empty field is 0."""
        return self.cleaned_data["unlock_after"] or 0


class _StateField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's takes none when it runs
    """A choice among states, each by the name that the reader knows it by."""

    def label_from_instance(self, obj: State) -> str:
        """The name in the reader's language if the desk ships it."""
        return shown(obj.name)


class StateSettingsForm(forms.Form):
    """A state."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=StateType.choices,
        help_text=gettext_lazy("The desk's rules go by the type, never by the name. It stays for ever."),
    )
    customer_name = forms.CharField(
        label=gettext_lazy("Name for customers"), required=False, max_length=100,
        help_text=gettext_lazy("What customers read in the portal instead of the name. Empty: the name itself."),
    )  # fmt: skip
    next_state = _StateField(
        State.objects.order_by("order", "name"),
        label=gettext_lazy("Next state"),
        required=False,
        help_text=gettext_lazy(
            "What a ticket waiting in this state becomes at its time; only for the type “pending auto”."
        ),
    )
    order = forms.IntegerField(label=gettext_lazy("Place in lists"), min_value=0, max_value=9999, initial=0)
    valid = valid_field()


class PriorityForm(forms.Form):
    """A priority."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    level = forms.IntegerField(
        label=gettext_lazy("Level"), min_value=0, max_value=999, help_text=gettext_lazy("The higher, the more urgent.")
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=gettext_lazy("Colour"),
        initial="#cdcdcd",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    default = forms.BooleanField(label=gettext_lazy("For new tickets"), required=False)
    valid = valid_field()


class ActivityForm(forms.Form):
    """An activity on which time is spent."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    billable = forms.BooleanField(
        label=gettext_lazy("Billed"), required=False, initial=True,
        help_text=gettext_lazy("Time on an activity that is not billed never goes on a bill."),
    )  # fmt: skip
    order = forms.IntegerField(label=gettext_lazy("Place in lists"), min_value=0, max_value=9999, initial=0)
    valid = valid_field()


class TypeForm(forms.Form):
    """A type of tickets."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Such as incident, request, or change.")
    )
    valid = valid_field()


class SettingsList(View):
    """GET: all of them."""

    model: ClassVar[type[models.Model]]
    order: ClassVar[tuple[str, ...]] = ("name",)
    template: ClassVar[str]
    related: ClassVar[tuple[str, ...]] = ()

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the list."""
        found = cast(Any, self.model).objects.order_by(*self.order).select_related(*self.related)
        return page(request, self.template, {"things": list(found)})


class SettingPage(View):
    """GET shows one of them, or an empty form for a new one; POST stores it."""

    model: ClassVar[type[models.Model]]
    form_class: ClassVar[type[forms.Form]]
    list_name: ClassVar[str]
    new_title: ClassVar[str | Promise]

    request: DeskRequest

    def get(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Show the form."""
        thing = self.find(key)
        return self.show(thing, self.form_class(initial=self.present(thing)))

    def post(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Store it, or show the form again."""
        thing = self.find(key)
        form = self.form_class(request.POST)
        if form.is_valid() and self.stored(thing, form):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse(self.list_name))
        return self.show(thing, form, UNPROCESSABLE)

    def find(self, key: int | None) -> Any:
        """The thing of this address, None for a new one, or Http404."""
        found = None if key is None else cast(Any, self.model).objects.filter(pk=key).first()
        if key is not None and found is None:
            raise Http404
        return found

    def present(self, thing: Any) -> dict[str, Any]:
        """The thing's values for the form."""
        return {} if thing is None else {name: getattr(thing, name) for name in self.form_class.base_fields}

    def stored(self, thing: Any, form: forms.Form) -> bool:
        """Call the action; what it finds wrong goes to the form."""
        try:
            self.create(form.cleaned_data) if thing is None else self.change(thing, form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        return form.is_valid()

    def show(self, thing: Any, form: forms.Form, status: int = 200) -> HttpResponse:
        """The form with its title and the way back."""
        title = shown(thing.name) if thing is not None else self.new_title
        back = reverse(self.list_name)
        return page(self.request, "tickets/setting.html", {"form": form, "title": title, "back": back}, status)

    def create(self, values: dict[str, Any]) -> None:
        """Call the action that makes a new one."""
        raise NotImplementedError

    def change(self, thing: Any, values: dict[str, Any]) -> None:
        """Call the action that changes one."""
        raise NotImplementedError


@administrator_required
class QueueList(SettingsList):
    """/admin/queues/."""

    model, template, related = Queue, "tickets/queues.html", ("group",)


@administrator_required
class QueueSettings(SettingPage):
    """/admin/queues/new/ and /admin/queues/<key>/."""

    model, form_class, list_name, new_title = Queue, QueueForm, "admin_queues", gettext_lazy("New queue")

    def create(self, values: dict[str, Any]) -> None:
        """Make a queue."""
        name, group = values.pop("name"), values.pop("group")
        actions.create_queue(name, group, by=self.request.actor, **values)

    def change(self, thing: Queue, values: dict[str, Any]) -> None:
        """Change a queue."""
        actions.change_queue(thing, by=self.request.actor, **values)


@administrator_required
class StateList(SettingsList):
    """/admin/states/."""

    model, order, template, related = State, ("order", "name"), "tickets/states.html", ("next_state",)


@administrator_required
class StateSettings(SettingPage):
    """/admin/states/new/ and /admin/states/<key>/."""

    model, form_class, list_name, new_title = State, StateSettingsForm, "admin_states", gettext_lazy("New state")

    def create(self, values: dict[str, Any]) -> None:
        """Make a state."""
        name, kind = values.pop("name"), values.pop("type")
        actions.create_state(name, StateType(kind), by=self.request.actor, **values)

    def change(self, thing: State, values: dict[str, Any]) -> None:
        """Change a state."""
        actions.change_state_settings(thing, by=self.request.actor, **values)


@administrator_required
class PriorityList(SettingsList):
    """/admin/priorities/."""

    model, order, template = Priority, ("level", "name"), "tickets/priorities.html"


@administrator_required
class PrioritySettings(SettingPage):
    """/admin/priorities/new/ and /admin/priorities/<key>/."""

    model, form_class, list_name, new_title = Priority, PriorityForm, "admin_priorities", gettext_lazy("New priority")

    def create(self, values: dict[str, Any]) -> None:
        """Make a priority."""
        name, level, colour = values.pop("name"), values.pop("level"), values.pop("colour")
        actions.create_priority(name, level, colour, by=self.request.actor, **values)

    def change(self, thing: Priority, values: dict[str, Any]) -> None:
        """Change a priority."""
        actions.change_priority_settings(thing, by=self.request.actor, **values)


@administrator_required
class ActivityList(SettingsList):
    """/admin/activities/."""

    model, order, template = Activity, ("order", "name"), "tickets/activities.html"


@administrator_required
class ActivitySettings(SettingPage):
    """/admin/activities/new/ and /admin/activities/<key>/."""

    model, form_class, list_name, new_title = Activity, ActivityForm, "admin_activities", gettext_lazy("New activity")

    def create(self, values: dict[str, Any]) -> None:
        """Make an activity."""
        actions.create_activity(values.pop("name"), by=self.request.actor, **values)

    def change(self, thing: Activity, values: dict[str, Any]) -> None:
        """Change an activity."""
        actions.change_activity(thing, by=self.request.actor, **values)


@administrator_required
class TypeList(SettingsList):
    """/admin/types/."""

    model, template = Type, "tickets/types.html"


@administrator_required
class TypeSettings(SettingPage):
    """/admin/types/new/ and /admin/types/<key>/."""

    model, form_class, list_name, new_title = Type, TypeForm, "admin_types", gettext_lazy("New type")

    def create(self, values: dict[str, Any]) -> None:
        """Make a type."""
        actions.create_type(by=self.request.actor, **values)

    def change(self, thing: Type, values: dict[str, Any]) -> None:
        """Change a type."""
        actions.change_type_settings(thing, by=self.request.actor, **values)
