"""The page behind a one-time link."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from klardesk.people import actions
from klardesk.people.actions.passwords import live_links
from klardesk.people.forms import NewPasswordForm, show_errors
from klardesk.people.queries import live_tokens

GONE = 410


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class LinkPage(View):
    """Set a password, once."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The form, while the link can be used."""
        return self._page(request, token, NewPasswordForm())

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Set the password; the person logs in with it next."""
        form = NewPasswordForm(request.POST)
        if not form.is_valid():
            return self._page(request, token, form)
        tokens = live_tokens().filter(person__in=live_links(token).values("person")).count()
        try:
            person = actions.use_link(token, form.cleaned_data["password"])
        except actions.LinkUsedUp:
            return render(request, "people/link_used_up.html", status=GONE)
        except ValidationError as error:
            show_errors(form, ValidationError({"password": error.messages}))
            return self._page(request, token, form)
        messages.success(request, _("Your password is set. Log in with it now."))
        if tokens:
            messages.info(request, _("Your access tokens were revoked. Make new ones where programs need them."))
        return HttpResponseRedirect(reverse("login" if person.is_agent else "customer_login"))

    def _page(self, request: HttpRequest, token: str, form: NewPasswordForm) -> HttpResponse:
        """The form, with status 200 even if it has errors: an error's line in the log would tell the live token."""
        link = live_links(token).first()
        if link is None:
            return render(request, "people/link_used_up.html", status=GONE)
        return render(request, "people/link.html", {"form": form, "person": link.person})
