"""An agent's access tokens."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people.actions import second_step, tokens
from klardesk.people.actions.attempts import LogInRefused
from klardesk.people.forms import show_errors
from klardesk.people.gates import DeskRequest, agent_required
from klardesk.people.models import AccessToken
from klardesk.people.slots import token_scopes

DAYS = (7, 30, 90, 365)


class TokenForm(forms.Form):
    """A token to be; the password once more, since it opens a door for long."""

    name = forms.CharField(label=gettext_lazy("What for"), max_length=100)
    scopes = forms.MultipleChoiceField(label=gettext_lazy("May fetch"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for (days)"), choices=[(day, str(day)) for day in DAYS], coerce=int, initial=90
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["scopes"].choices = [(one.name, one.label) for one in token_scopes()]  # type: ignore[attr-defined]


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
@agent_required
class TokensPage(View):
    """/account/tokens/: one's tokens, and a new one, shown once."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show them."""
        return _page(request, TokenForm())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Make one."""
        form = TokenForm(request.POST)
        if not form.is_valid():
            return _page(request, form, status=400)
        values = form.cleaned_data
        try:
            second_step.confirm(request, values["password"])
            made = tokens.make_token(request.user, values["name"], values["scopes"], values["days"], by=request.actor)
        except LogInRefused as refusal:
            form.add_error("password", str(refusal))
            return _page(request, form, status=403)
        except ValidationError as error:
            show_errors(form, error)
            return _page(request, form, status=400)
        return _page(request, TokenForm(), made=made)


@agent_required
class TokenPage(View):
    """POST /account/tokens/<id>/: end a token."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Revoke it."""
        try:
            tokens.revoke_token(request.user, key, by=request.actor)
        except AccessToken.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("The token works no longer."))
        return HttpResponseRedirect(reverse("account_tokens"))


def _page(request: DeskRequest, form: TokenForm, *, made: str = "", status: int = 200) -> HttpResponse:
    rows = AccessToken.objects.filter(person=request.user).order_by("-pk")[:100]
    labels = {scope.name: scope.label for scope in token_scopes()}
    context = {"form": form, "made": made, "tokens": rows, "labels": labels, "desk": settings.KLARDESK_URL.rstrip("/")}
    return render(request, "people/tokens.html", context, status=status)
