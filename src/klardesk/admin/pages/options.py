"""The options of the installation: every declared one, by section."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.admin.actions import change_options
from klardesk.admin.forms import OptionsForm
from klardesk.admin.queries import sections, values_of
from klardesk.base.options import DECLARATIONS
from klardesk.web.parts import Tab

UNPROCESSABLE = 422
TITLES = {
    "desk": gettext_lazy("The desk"),
    "setup": gettext_lazy("Guided setup"),
    "access": gettext_lazy("Access to tickets"),
    "mail": gettext_lazy("Mail"),
    "people": gettext_lazy("Log-in"),
    "portal": gettext_lazy("Portal"),
    "search": pgettext_lazy("what the desk does", "Search"),
    "sla": gettext_lazy("Service levels"),
    "ticket": gettext_lazy("Tickets"),
}


@administrator_required
class OptionsPage(View):
    """GET shows a section's options with their values in force; POST changes those that the person edited."""

    def get(self, request: DeskRequest, section: str = "") -> HttpResponse:
        """One section; without a name the first."""
        return _page(request, section or next(iter(sections())))

    def post(self, request: DeskRequest, section: str = "") -> HttpResponse:
        """All changes of the form or none."""
        form = _form(section, request.POST)
        if not form.is_valid():
            return _page(request, section, form, UNPROCESSABLE)
        changed = change_options(form.changed_values(), by=request.actor)
        _tell(request, len(changed))
        return HttpResponseRedirect(reverse("admin_options_of", args=[section]))


def title_of(section: str) -> str:
    """How a section is called on the page; one that nobody named bears the word in its keys."""
    return str(TITLES.get(section, section))


def _form(section: str, data: Any = None) -> OptionsForm:
    declared = sections().get(section)
    if declared is None:
        raise Http404
    return OptionsForm(declared, values_of(list(DECLARATIONS.values())), data)


def _page(request: DeskRequest, section: str, form: OptionsForm | None = None, status: int = 200) -> HttpResponse:
    tabs = [
        Tab(label=title_of(name), href=reverse("admin_options_of", args=[name]), current=name == section)
        for name in sections()
    ]
    context = {"form": form or _form(section), "section": section, "title": title_of(section), "sections": tabs}
    return render(request, "admin/options.html", context, status=status)


def _tell(request: DeskRequest, count: int) -> None:
    if count:
        text = ngettext("{count} option is changed.", "{count} options are changed.", count)
        messages.success(request, text.format(count=count))
    else:
        messages.info(request, _("Nothing was changed: all values are as they were."))
