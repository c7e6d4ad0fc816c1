"""The options that decide what becomes of a mail, read at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, cast

from klardesk.base.kept import Kept
from klardesk.base.options import options
from klardesk.mail.subject import Place, SubjectFormat
from klardesk.tickets.numbers import GENERATORS

_SUBJECT = ("ticket.hook", "ticket.hook_divider", "ticket.subject_format", "ticket.subject_size", "ticket.system_id")
_NUMBERS = ("ticket.number_generator", "ticket.counter_digits")
_MAIL = (
    "mail.find_by_subject", "mail.find_by_references", "mail.find_by_body", "mail.find_by_attachment",
    "mail.find_in_raw", "mail.follow_up_from", "mail.state_of_reopened",
    "mail.company_for_unknown", "mail.default_queue", "mail.auto_response_limit", "mail.auto_response_never_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """See `mail.options`. `number_pattern` is the regular expression of the numbers in force."""

    subjects: SubjectFormat
    number_pattern: str
    find_by_subject: bool
    find_by_references: bool
    find_by_body: bool
    find_by_attachment: bool
    find_in_raw: bool
    follow_up_from: str
    state_of_reopened: str
    company_for_unknown: bool
    default_queue: str
    auto_response_limit: int
    auto_response_never_to: str

    @classmethod
    def read(cls) -> Rules:
        """As they are now."""
        return _RULES.get()

    @classmethod
    def of_options(cls) -> Self:
        """As the options say."""
        chosen = options(*_SUBJECT, *_NUMBERS, *_MAIL)
        generator = GENERATORS[chosen["ticket.number_generator"]]
        subjects = SubjectFormat(
            hook=chosen["ticket.hook"], divider=chosen["ticket.hook_divider"],
            format=cast("Place", chosen["ticket.subject_format"]), system_id=chosen["ticket.system_id"],
            size=chosen["ticket.subject_size"],
        )  # fmt: skip
        pattern = generator.pattern(chosen["ticket.system_id"], chosen["ticket.counter_digits"])
        return cls(subjects, pattern, **{name.partition(".")[2]: chosen[name] for name in _MAIL})


_RULES = Kept(Rules.of_options, "base.Option")
