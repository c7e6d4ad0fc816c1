"""Every address of the desk with the audience it is for. A new address must be entered here, or its test fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from tests.leak.conftest import Secret

PUBLIC = {
    "static",
    "design",
    "design_mail",
    "login",
    "customer_login",
    "login_factor",
    "login_passkey",
    "login_passkey_options",
    "logout",
    "password_link",
    "health_live",
    "health_ready",
    "password_forgotten",
    "customer_password_forgotten",
    "portal_register",
    "portal_registration",
    "portal_style",
    "portal_logo",
    "web_form",
    "guest_open",
    "portal_log_in_ask",
    "portal_log_in",
}
"""Open to everybody, and about no ticket."""
PERSONS = {"upload",
    "notification", "account", "account_password", "account_sessions", "account_session", "start", "account_appearance",
    "account_factors", "account_totp", "account_recovery_codes", "account_passkeys", "account_passkey_options", "account_passkey",
    "account_token",
}  # fmt: skip
"""For whoever is logged in, about themselves."""
AGENTS = {
    "ticket_list", "queue_tree", "search", "search_suggestions", "times",
    "due_list", "sla_report", "notification_list", "account_notifications",
    "account_absence", "draft_list", "ticket_bulk", "ticket_bulk_changes", "ticket_filters",
    "account_tokens",
    "ticket_columns", "ticket_view_new", "dashboard", "widget", "widgets", "counters", "ticket_bulk_undo", "palette", "shortcuts",
    "ticket_tabs",
}  # fmt: skip
"""For every agent; what they show is limited to what the agent may see."""
CREATORS = {"ticket_phone", "ticket_email", "recipients_new", "customer_search"}
"""For agents who may create tickets somewhere."""
READERS = {
    "ticket", "ticket_history", "ticket_watch", "article_html", "article_text", "article_split", "article_attachment",
    "article_raw", "article_headers", "article_delivery", "article_protection", "ticket_due",
    "draft", "ticket_undo", "ticket_unread", "article_unread", "ticket_presence", "customer", "company",
    "ticket_files", "article_files",
}  # fmt: skip
"""About one ticket, for whoever may read it."""
CHANGERS = {
    "ticket_close",
    "ticket_note", "ticket_state", "ticket_queue", "ticket_priority", "ticket_owner", "ticket_responsible", "ticket_lock",
    "ticket_title", "ticket_archive", "ticket_type", "ticket_service",
    "ticket_customer", "ticket_merge", "ticket_links", "ticket_link",
    "article_visibility",
    "article_reply", "article_forward", "article_outbound", "article_rewrite", "article_bounce", "article_stop",
    "ticket_times", "ticket_time", "ticket_participants", "ticket_fields", "colleagues", "recipients", "ticket_guest_links",
}  # fmt: skip
"""About one ticket, for whoever holds more than the right to read it."""

REMOVERS = {"ticket_participant", "ticket_guest_link"}
"""About a customer who takes part in a ticket; who does not is not there."""
OWNERS = {"ticket_view", "ticket_view_deletion"}
"""About a saved view, for who made it and with whom it is shared; for others it is not there."""
CUSTOMERS = {"portal_start", "portal_tickets", "portal_new", "portal_terms"}
"""For every customer; what they show is limited to what the customer may see."""
CUSTOMERS_OF = {
    "portal_ticket", "portal_print",
    "portal_close", "portal_participants", "portal_participant", "portal_html", "portal_text", "portal_file",
}  # fmt: skip
"""About one ticket, for customers who may see it."""
GUESTS = {"guest_ticket", "guest_terms", "guest_html", "guest_text", "guest_file"}
"""About one ticket, for a browser that opened it by a link; for all others it is not there."""
ADMINISTRATORS = {"article_log"}
"""For administrators, as everything under admin/; about one ticket they may read."""


@dataclass(frozen=True)
class Address:
    """One address of the desk."""

    name: str
    route: str
    parameters: tuple[str, ...]

    @property
    def audience(self) -> str:
        """Whom it is for; everything under admin/ is for administrators."""
        if self.route.startswith("admin/"):
            return "administrators"
        groups = {
            "public": PUBLIC,
            "persons": PERSONS,
            "agents": AGENTS,
            "creators": CREATORS,
            "readers": READERS,
            "changers": CHANGERS,
            "removers": REMOVERS,
            "owners": OWNERS,
            "customers": CUSTOMERS,
            "customers of it": CUSTOMERS_OF,
            "guests": GUESTS,
            "administrators": ADMINISTRATORS,
        }
        found = [audience for audience, names in groups.items() if self.name in names]
        assert found, f"the address {self.name} ({self.route}) stands in no table of tests/leak/addresses.py"
        return found[0]

    def url(self, secret: Secret, key: int = 1) -> str:
        """The address about the secret ticket, or about the setting or person of this key."""
        values = {
            "ticket_id": secret.ticket.pk, "article_id": secret.article.pk, "attachment_id": secret.attachment.pk,
            "link_id": secret.link.pk, "entry_id": secret.time.pk,
            "key": "mine" if self.name == "widget" else key, "pk": key, "token": "unknown",
            "name": "web/mark.svg" if self.name == "static" else "x",
            "section": "ticket", "person_id": secret.ticket.customer_id, "company_id": secret.ticket.company_id,
            "draft_id": secret.draft.pk, "colour": "1d5bb8", "mask": "note",
        }  # fmt: skip
        return reverse(self.name, kwargs={name: values.get(name, 1) for name in self.parameters})


def addresses() -> list[Address]:
    """All of them, as Django's resolver has them."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: Any, prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"the address {route} has no name"
            yield Address(pattern.name, route, tuple(pattern.pattern.converters))
        else:
            yield from _walk(pattern.url_patterns, route)
