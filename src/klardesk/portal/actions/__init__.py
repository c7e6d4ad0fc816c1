"""What the portal writes. Tickets change through `tickets.actions` alone."""

from klardesk.portal.actions.access import answer_requests, ask_for_access, register, tidy_up
from klardesk.portal.actions.attempts import TooOften, count_attempt
from klardesk.portal.actions.log_in_links import use_log_in
from klardesk.portal.actions.look import change_look
from klardesk.portal.actions.terms import accept_terms, accept_terms_by_link, publish_terms
from klardesk.portal.actions.ticket_links import give_link, open_link, revoke_link
from klardesk.portal.actions.tickets import answer_ticket, close_ticket, open_ticket
from klardesk.portal.actions.web_forms import save_web_form, send_form

__all__ = [
    "TooOften", "accept_terms", "accept_terms_by_link", "answer_requests", "answer_ticket", "ask_for_access", "change_look",
    "close_ticket", "count_attempt", "give_link", "open_link", "open_ticket", "publish_terms", "register", "revoke_link",
    "save_web_form", "send_form", "tidy_up", "use_log_in",
]  # fmt: skip
