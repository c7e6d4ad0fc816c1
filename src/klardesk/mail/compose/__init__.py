"""Outgoing mails as bytes, quotes, and whom an answer goes to: pure functions, without database and settings."""

from klardesk.mail.compose.answer import Recipients, quote, reply_recipients
from klardesk.mail.compose.draft import Draft, OutgoingFile
from klardesk.mail.compose.message import build, envelope_recipients

__all__ = ["Draft", "OutgoingFile", "Recipients", "build", "envelope_recipients", "quote", "reply_recipients"]
