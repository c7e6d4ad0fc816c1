"""What the portal adds to the shell and to the log-in pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.base.options import option
from klardesk.people.models import Realm
from klardesk.people.slots import LogInLink, register_log_in_link
from klardesk.portal.actions.ticket_links import VERB
from klardesk.portal.branding import brand
from klardesk.tickets.slots import TicketAction, register_ticket_action
from klardesk.web.slots import register_brand

register_brand("portal", brand)
register_ticket_action(
    TicketAction(
        name="guest_links", label=_("Link for a customer"), icon="link", url_name="ticket_guest_links", verb=VERB,
        offered=lambda: bool(option("portal.ticket_links")), order=120,
    )
)  # fmt: skip
register_log_in_link(
    LogInLink(
        realm=Realm.AGENT, label=_("Forgotten your password?"), url_name="password_forgotten",
        offered=lambda: option("portal.password_reset") == "everybody",
    ),
    LogInLink(
        realm=Realm.CUSTOMER, label=_("Forgotten your password?"), url_name="customer_password_forgotten",
        offered=lambda: option("portal.password_reset") != "nobody",
    ),
    LogInLink(
        realm=Realm.CUSTOMER, label=_("Log in by a link in an e-mail"), url_name="portal_log_in_ask",
        offered=lambda: bool(option("portal.log_in_links")),
    ),
    LogInLink(
        realm=Realm.CUSTOMER, label=_("Make an account"), url_name="portal_register",
        offered=lambda: bool(option("portal.registration")),
    ),
)  # fmt: skip
