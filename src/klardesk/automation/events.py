"""What happens to a person's notifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klardesk.ledger import event

_WISHES = {
    "en": {"none": "not at all", "desk": "at the desk", "mail": "at the desk and by e-mail"},
    "de": {"none": "gar nicht", "desk": "am Desk", "mail": "am Desk und per E-Mail"},
}


def _chosen(language: str, sentence: str) -> Callable[[NotificationsChosen], str]:
    wishes = _WISHES[language]
    return lambda payload: sentence.format(
        escalations=wishes.get(payload.escalations, payload.escalations),
        reminders=wishes.get(payload.reminders, payload.reminders), queues=", ".join(payload.queues) or "–",
        assigned=wishes.get(payload.assigned, payload.assigned), answered=wishes.get(payload.answered, payload.answered),
        begun=wishes.get(payload.begun, payload.begun),
    )  # fmt: skip


@event(
    "notification.chosen",
    en=_chosen(
        "en",
        "chose notifications: escalations {escalations}, reminders {reminders}, tickets given to them {assigned}, answers of "
        "customers {answered}, new tickets {begun}; queues: {queues}",
    ),
    de=_chosen(
        "de",
        "hat Benachrichtigungen gewählt: Eskalationen {escalations}, Erinnerungen {reminders}, zugeteilte Tickets {assigned}, "
        "Antworten von Kunden {answered}, neue Tickets {begun}; Queues: {queues}",
    ),
)
@dataclass(frozen=True, slots=True)
class NotificationsChosen:
    """An agent chose how to be told of what, and of which queues; on the person's own chain."""

    escalations: str
    reminders: str
    queues: list[str]
    assigned: str = "desk"
    answered: str = "desk"
    begun: str = "none"
