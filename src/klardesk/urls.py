"""Where every domain's pages come together: each domain's `urls.py` states whole paths."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# An address is looked for from the first on: the pages that people open all day come first.
DOMAINS = (
    "desk", "tickets", "search", "sla", "portal", "people", "mail", "live", "access", "fields", "texts", "calendars",
    "automation", "otrs", "ledger", "jobs", "web", "admin",
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"klardesk.{domain}.urls")) for domain in DOMAINS if find_spec(f"klardesk.{domain}.urls")
]
handler400 = "klardesk.web.errors.bad_request"
handler403 = "klardesk.web.errors.forbidden"
handler404 = "klardesk.web.errors.not_found"
handler500 = "klardesk.web.errors.server_error"
