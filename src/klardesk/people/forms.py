"""Forms of people: input to clean values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.people.further import own_values
from klardesk.people.models import Absence, Company, Person, Realm, login_key
from klardesk.people.slots import StartPlace

LONGEST_PASSWORD = 1000
"""Characters; hashing longer input would only cost the desk time."""
THEMES = (
    ("", gettext_lazy("as the device")),
    ("light", gettext_lazy("light")),
    ("dark", gettext_lazy("dark")),
)
DENSITIES = (
    ("", gettext_lazy("normal")),
    ("compact", gettext_lazy("compact")),
    ("roomy", gettext_lazy("roomy")),
)


def _password_field(label: Any, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=LONGEST_PASSWORD, widget=widget)


@cache
def zones() -> tuple[str, ...]:
    """The time zones people choose from: places, not abbreviations."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    )


class LogInForm(forms.Form):
    """Login and password."""

    login = forms.CharField(
        label=gettext_lazy("Login"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = _password_field(gettext_lazy("Password"), "current-password")


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "size": 24}
        ),
    )


class ConfirmForm(forms.Form):
    """The password once more."""

    password = _password_field(gettext_lazy("Your password"), "current-password")


class NewPasswordForm(forms.Form):
    """A new password, typed twice. Whether it is strong enough, the action says."""

    password = _password_field(gettext_lazy("New password"), "new-password")
    repeated = _password_field(gettext_lazy("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        values: dict[str, Any] = super().clean() or {}
        if "password" in values and "repeated" in values and values["password"] != values["repeated"]:
            self.add_error("repeated", _("The two passwords differ."))
        return values


class OwnPasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = _password_field(gettext_lazy("Present password"), "current-password")
    field_order = ("present", "password", "repeated")


class AccountForm(forms.Form):
    """What people change about themselves."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Colours"), choices=THEMES, required=False)
    density = forms.ChoiceField(label=gettext_lazy("Density of lists"), choices=DENSITIES, required=False)
    start_page = forms.ChoiceField(
        label=gettext_lazy("Start page"),
        required=False,
        help_text=gettext_lazy("What you see first after you logged in."),
    )
    shortcuts = forms.BooleanField(
        label=gettext_lazy("Single-key shortcuts"),
        required=False,
        help_text=gettext_lazy("Switch them off if you use speech input or a screen reader that needs these keys."),
    )
    tabs = forms.BooleanField(
        label=gettext_lazy("Tabs"),
        required=False,
        help_text=gettext_lazy("Tickets that you open stay in a row under the top bar until you close them, on every device."),
    )

    def __init__(self, *args: Any, places: Iterable[StartPlace] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("as usual")), *((place.key, str(place.label)) for place in places)]
        self.fields["start_page"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            del self.fields["start_page"]
        desk_zone = _("the desk's: {zone}").format(zone=settings.TIME_ZONE)
        self.fields["language"].choices = [("", _("the browser's")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [("", desk_zone), *((zone, zone) for zone in zones())]  # type: ignore[attr-defined]

    @staticmethod
    def values_of(person: Person) -> dict[str, Any]:
        """What the form shows of a person at first."""
        return {name: getattr(person, name) for name in AccountForm.base_fields}

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, as the page shows them."""
        return [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in (
                (_("You"), ("first_name", "last_name", "phone")),
                (_("Language and time"), ("language", "time_zone")),
                (_("Looks and keys"), ("theme", "density", "start_page", "shortcuts", "tabs")),
            )
        ]


class AbsenceForm(forms.Form):
    """When an agent is out of office, and who stands in."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, help_text=gettext_lazy("Your colleagues see it.")
    )
    substitute = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Substitute"), required=False, empty_label=gettext_lazy("nobody")
    )
    tell_substitute = forms.BooleanField(
        label=gettext_lazy("The substitute gets my notifications too"), required=False, initial=True
    )
    hand_over = forms.BooleanField(
        label=gettext_lazy("Who gives me a ticket meanwhile gives it to the substitute"), required=False
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = Person.objects.filter(realm=Realm.AGENT, valid=True).exclude(pk=person.pk)
        self.fields["substitute"].queryset = agents.order_by("last_name", "first_name", "login")  # type: ignore[attr-defined]

    @staticmethod
    def values_of(absence: Absence | None) -> dict[str, Any]:
        """What the form shows at first."""
        if absence is None:
            return {}
        names = ("first_day", "last_day", "text", "tell_substitute", "hand_over")
        return {name: getattr(absence, name) for name in names} | {"substitute": absence.substitute_id}


class PersonForm(AccountForm):
    """What administrators change about an agent."""

    login = forms.CharField(label=gettext_lazy("Login"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    field_order = ("login", "first_name", "last_name", "email", "phone", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("theme", "density", "start_page", "shortcuts", "tabs"):
            self.fields.pop(name, None)

    @classmethod
    def initial_of(cls, person: Person) -> dict[str, Any]:
        """What the form shows of a person at first."""
        return {**cls.values_of(person), "login": person.login, "email": person.email}

    def person_values(self) -> dict[str, Any]:
        """The clean values that belong to the person's own row."""
        return {name: value for name, value in own_values(self).items() if name != "companies"}


class CustomerForm(PersonForm):
    """What administrators change about a customer: the companies by their numbers, the primary one first."""

    companies = forms.CharField(
        label=gettext_lazy("Companies"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One company number per line; the first is the primary company."),
    )

    def clean_companies(self) -> list[Company]:
        """The companies in the order given; an unknown number is named."""
        numbers = [line.strip() for line in self.cleaned_data["companies"].splitlines() if line.strip()]
        known = {
            each.number_key: each
            for each in Company.objects.filter(number_key__in=[login_key(number) for number in numbers])
        }
        unknown = [number for number in numbers if login_key(number) not in known]
        if unknown:
            raise ValidationError(_("No company has the number {numbers}.").format(numbers=", ".join(unknown)))
        return [known[login_key(number)] for number in numbers]


class CompanyForm(forms.Form):
    """A company."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=150)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    comment = forms.CharField(
        label=gettext_lazy("Comment"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ValidCompanyForm(CompanyForm):
    """A company that is there already."""

    valid = forms.BooleanField(
        label=gettext_lazy("Valid"),
        required=False,
        help_text=gettext_lazy("The people of an invalid company no longer see its tickets."),
    )


def show_errors(form: forms.Form, error: ValidationError, **fields: str) -> None:
    """Put an action's errors at the form's fields; `fields` says where those of a column stand that the form lacks."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in by_field.items():
        place = fields.get(name.strip("_"), name)
        for message in messages:
            form.add_error(place if place in form.fields else None, message)
