"""The developers' page of components. Its sample words are not translated: no reader of the desk ever sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from klardesk.base import clock
from klardesk.web.icons import ICONS
from klardesk.web.parts import Column, Crumb, Tab, TreeNode

COLUMNS = [
    Column(key="select", label="Choose", hidden_label=True),
    Column(key="number", label="Number", sortable=True),
    Column(key="title", label="Title", sortable=True),
    Column(key="state", label="State"),
    Column(key="priority", label="Priority", sortable=True),
    Column(key="queue", label="Queue"),
    Column(key="owner", label="Owner"),
    Column(key="age", label="Changed", sortable=True, align="end"),
]
TREE = [
    TreeNode(
        label="Support",
        href="#support",
        count=42,
        opened=True,
        symbol="inbox",
        children=[
            TreeNode(label="Hardware", href="#hardware", count=7, current=True, symbol="inbox"),
            TreeNode(
                label="Software",
                href="#software",
                count=1234,
                symbol="inbox",
                children=[
                    TreeNode(label="Licences of everything that was ever bought", href="#licences", symbol="inbox")
                ],
            ),
        ],
    ),
    TreeNode(label="Sales", href="#sales", count=3, symbol="inbox"),
    TreeNode(label="Raw", href="#raw", symbol="inbox"),
]
TABS = [
    Tab(label="Articles", href="#articles", current=True, count=12),
    Tab(label="History", href="#history"),
    Tab(label="Links", href="#links", count=0),
]
CRUMBS = [Crumb(label="Administration", href="#admin"), Crumb(label="Queues", href="#queues"), Crumb(label="Hardware")]
ROWS = [
    ("2026112300017", "Printer on the second floor prints only pink", "new", "new", "5 very high", "#d22d2d", "Ada Quist", True),
    ("2026112300024", "Zugang für die neue Kollegin ab Montag", "open", "open", "3 normal", "#7a8594", "Ben Ohlsen", False),
    ("2026112000191", "Invoice 4711: wrong VAT", "pending reminder", "pending reminder", "4 high", "#e07b1a", "Ada Quist", False),
    ("2026111800402", "Re: Re: Fwd: question about a very long subject that nobody wanted to shorten before sending it on",
     "pending auto close+", "pending auto", "3 normal", "#7a8594", "Carla Wendt", False),
    ("2026110100003", "Monitor flickers", "closed successful", "closed", "2 low", "#5aa0d8", "Ben Ohlsen", False),
    ("2026103000977", "Monitor flickers again", "merged", "merged", "1 very low", "#9cc4e4", "Carla Wendt", False),
    ("2026102200311", "Removed by rule", "removed", "removed", "3 normal", "", "", False),
]  # fmt: skip


class SampleForm(forms.Form):
    """One field of every kind, some of them with errors."""

    subject = forms.CharField(help_text="What the customer reads first.")
    address = forms.EmailField(initial="not an address")
    queue = forms.ChoiceField(choices=[("1", "Support"), ("2", "Support::Hardware"), ("3", "Sales")])
    due = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), required=False)
    text = forms.CharField(widget=forms.Textarea, required=False)
    rights = forms.MultipleChoiceField(
        choices=[("ro", "read"), ("rw", "read and write")], widget=forms.CheckboxSelectMultiple, required=False
    )
    kind = forms.ChoiceField(choices=[("phone", "Phone"), ("note", "Note")], widget=forms.RadioSelect, required=False)
    attachment = forms.FileField(required=False)
    visible = forms.BooleanField(required=False, label="The customer sees this", help_text="Can be changed later.")


class ShortForm(forms.Form):
    """A form as most pages have it."""

    name = forms.CharField()
    comment = forms.CharField(widget=forms.Textarea, required=False)


def _samples() -> dict[str, Any]:
    moment = clock.now()
    return {
        "columns": COLUMNS,
        "rows": ROWS,
        "nodes": TREE,
        "tabs_items": TABS,
        "crumbs": CRUMBS,
        "icons": ICONS,
        "form": SampleForm(data={"address": "not an address", "queue": "2", "rights": ["ro"], "kind": "phone"}),
        "short_form": ShortForm(prefix="short"),
        "page": Paginator(range(1234), 50).page(7),
        "moments": [moment + timedelta(minutes=minutes) for minutes in (-3, -300, -5760, 2880)],
        "tones": ("neutral", "accent", "good", "warning", "danger"),
    }


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component with sample content; there only while KLARDESK_DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    if hasattr(request, "_messages"):
        messages.success(request, "The note was saved.")
    return render(request, "web/design.html", _samples())


MAIL = """<!doctype html><html><body style="margin:0;font:14px sans-serif"><p>An HTML mail with its own style.</p>
<table width="100%" bgcolor="#f0e0c0" cellpadding="40"><tr><td>Its frame grows with it.</td></tr></table>
<p>The end.</p></body></html>"""
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@require_safe
def design_mail(_request: HttpRequest) -> HttpResponse:
    """The mail in the frame of the page above."""
    if not settings.DEBUG:
        raise Http404
    response = HttpResponse(MAIL)
    response.csp = MAIL_POLICY  # type: ignore[attr-defined]
    return response
