"""How the portal looks: the style sheet and logo that everybody gets, and the administrators' page."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.base import blobs
from klardesk.base.options import DECLARATIONS, clean, option, options
from klardesk.portal import actions
from klardesk.portal.colours import style_sheet, unreadable
from klardesk.portal.options import BRAND, LOGO
from klardesk.tickets.policy import NotPossible
from klardesk.web.middleware import for_machines

UNPROCESSABLE = 422
LONG = ("welcome", "news", "footer")
CACHED = "public, max-age=86400"


class StylePage(View):
    """GET /portal/look/<colour>.css: the colour's tokens. The address says all; only a readable colour has one."""

    def get(self, request: HttpRequest, colour: str) -> HttpResponse:
        """The style sheet."""
        accent = f"#{colour}"
        if unreadable(accent):
            raise Http404
        return HttpResponse(style_sheet(accent), "text/css; charset=utf-8", headers={"Cache-Control": CACHED})


class LogoPage(View):
    """GET /portal/look/<digest>.<kind>: the logo that is in force, and nothing else of the store."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """The picture."""
        if not LOGO.fullmatch(name) or option("portal.logo") != name:
            raise Http404
        digest, _dot, kind = name.partition(".")
        try:
            content = blobs.get(digest)
        except blobs.BlobMissing as error:
            raise Http404 from error
        response = HttpResponse(content, f"image/{kind}", headers={"Cache-Control": CACHED})
        response.csp = "default-src 'none'; sandbox"  # type: ignore[attr-defined]
        return response


style_page = for_machines(StylePage.as_view())
logo_page = for_machines(LogoPage.as_view())


class LookForm(django_forms.Form):
    """The options of the look, by the last part of their keys, and the logo's file."""

    logo_file = django_forms.FileField(
        label=gettext_lazy("Logo"), required=False, help_text=gettext_lazy("PNG, JPEG or WebP, up to 512 kB."),
        widget=django_forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    remove_logo = django_forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for key in BRAND:
            if key != "portal.logo":
                self.fields[key.partition(".")[2]] = _field(key)
        self.order_fields(["name", "accent", "logo_file", "remove_logo"])

    def clean(self) -> dict[str, Any]:
        """Let each option check its value."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for key, value in self.look.items():
            try:
                clean(key, value)
            except ValueError as error:
                self.add_error(key.partition(".")[2], str(error))
        return values

    @property
    def look(self) -> dict[str, str]:
        """The values by the options' keys."""
        values = {key: self.cleaned_data.get(key.partition(".")[2]) for key in BRAND if key != "portal.logo"}
        return {key: value.replace("\r\n", "\n") for key, value in values.items() if value is not None}


@administrator_required
class LookPage(View):
    """GET and POST /admin/portal/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form, and how it looks now."""
        values = options(*BRAND)
        return _page(request, LookForm(initial={key.partition(".")[2]: value for key, value in values.items()}))

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep it."""
        form = LookForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, form, UNPROCESSABLE)
        file = form.cleaned_data["logo_file"]
        try:
            actions.change_look(
                form.look, by=request.actor, logo=file.read() if file else None,
                remove_logo=form.cleaned_data["remove_logo"],
            )  # fmt: skip
        except NotPossible as refusal:
            form.add_error("logo_file", str(refusal))
            return _page(request, form, UNPROCESSABLE)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("admin_portal"))


def _page(request: DeskRequest, form: LookForm, status: int = 200) -> HttpResponse:
    from klardesk.portal.branding import brand

    return render(request, "portal/admin_look.html", {"form": form, "look": brand()}, status=status)


def _field(key: str) -> django_forms.Field:
    declared, name = DECLARATIONS[key], key.partition(".")[2]
    widget: Any = django_forms.Textarea(attrs={"rows": 3}) if name.startswith(LONG) else django_forms.TextInput()
    if name == "accent":
        widget = django_forms.TextInput(attrs={"placeholder": "#1d5bb8", "spellcheck": "false", "maxlength": 7})
    words: dict[str, Any] = {"label": declared.label, "help_text": declared.help}
    return django_forms.CharField(required=False, widget=widget, **words)
