"""Mails as values: pure functions over bytes, without database and settings."""

from klardesk.mail.parse.automatic import Automatic, DeliveryNotice, classify
from klardesk.mail.parse.model import PARTLY, Address, Attachment, Limits, ParsedMail, Phrases, Problem
from klardesk.mail.parse.parser import DEFAULT_LIMITS, parse
from klardesk.mail.parse.report import to_json

__all__ = [
    "DEFAULT_LIMITS",
    "PARTLY",
    "Address",
    "Attachment",
    "Automatic",
    "DeliveryNotice",
    "Limits",
    "ParsedMail",
    "Phrases",
    "Problem",
    "classify",
    "parse",
    "to_json",
]
