"""Mails as values: pure functions over bytes, without database and settings."""

from klardesk.mail.parse.automatic import Automatic, DeliveryNotice, classify
from klardesk.mail.parse.model import Address, Attachment, Limits, ParsedMail, Problem
from klardesk.mail.parse.parser import parse
from klardesk.mail.parse.report import to_json

__all__ = [
    "Address",
    "Attachment",
    "Automatic",
    "DeliveryNotice",
    "Limits",
    "ParsedMail",
    "Problem",
    "classify",
    "parse",
    "to_json",
]
