"""The heads of the tables of facts that a report has about the database."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.otrs.inspect.marking import marked as _


@dataclass(frozen=True, slots=True)
class Head:
    """A sheet's title, columns and note, in English."""

    title: str
    columns: tuple[str, ...]
    note: str = ""


DATABASE_ACCOUNTS = Head(
    _("Who may log in to the database"), (_("Account"), _("From"), _("Rights"), _("All-powerful"), _("Has a password"))
)
ADMINISTRATORS = Head(
    _("Administrators"),
    (_("Login"), _("Name"), _("Valid"), _("Administrator by"), _("Created"), _("Kind of password"), _("Second factor")),
)
WEB_SERVICES = Head(
    _("Web services"), (_("Name"), _("Valid"), _("Offers"), _("Calls"), _("Host"), _("Logs in as")),
    _("Offers: what other programs may do here. Calls: what is sent to the host."),
)  # fmt: skip
PACKAGES = Head(
    _("Packages"), (_("Name"), _("Version"), _("Vendor"), _("Web address"), _("Files"), _("SQL"), _("Code that runs")),
)  # fmt: skip
MAIL_ACCOUNTS = Head(_("Mailboxes that are fetched"), (_("Login"), _("Host"), _("Kind"), _("Valid"), _("Trusted")))
FORECAST_SHEET = Head(
    _("What an ordinary upgrade would drop"), (_("Table"), _("Column"), _("Rows"), _("Per cent of all rows"), _("Why")),
    _("Klardesk's take-over keeps every one of these rows."),
)  # fmt: skip
DROPS = {
    "unknown-table": _("No release has this table"),
    "package-table": _("The table belongs to a package"),
    "unknown-column": _("No release has this column"),
    "other-table": _("The next release does not have this table"),
    "other-column": _("The next release does not have this column"),
}
"""Why rows are dropped; cells of the sheet above."""
