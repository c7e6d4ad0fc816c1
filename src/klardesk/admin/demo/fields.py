"""What the demo desk wants to know of its tickets: where, which device, until when."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from klardesk.access.actor import Actor
from klardesk.fields.actions import save_field, save_mask
from klardesk.fields.masks import input_name
from klardesk.fields.models import Choice, Field, Kind, Mask, Subject

SITES = (
    Choice("berlin", "Berlin", "Berlin"),
    Choice("berlin::warehouse", "Berlin::Warehouse", "Berlin::Lager"),
    Choice("vienna", "Vienna", "Wien"),
    Choice("zurich", "Zurich", "Zürich"),
    Choice("home", "Home office", "Homeoffice"),
)
DEVICES = ("NB", "PC", "PR", "MO")
MASKS = (Mask.PHONE, Mask.FIELDS, Mask.NOTE)


class Wanted:
    """The desk's fields, and believable values of them; its chance is its own, so that the stories stay what they are."""

    def __init__(self, by: Actor, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - believable, not secret
        ticket = {"subject": Subject.TICKET}
        self.site = save_field(
            Field(name="Site", kind=Kind.DROPDOWN, label_en="Site", label_de="Standort", portal=True, order=1, **ticket),
            SITES, by=by,
        )  # fmt: skip
        self.asset = save_field(
            Field(
                name="AssetNumber", kind=Kind.TEXT, label_en="Asset number", label_de="Inventarnummer", order=2,
                pattern="^[A-Z]{2}-[0-9]{5}$", message_en="Such as NB-01234.", message_de="Etwa NB-01234.",
                help_en="It stands on the sticker, such as NB-01234.", help_de="Sie steht auf dem Aufkleber, etwa NB-01234.",
                **ticket,
            ),
            by=by,
        )  # fmt: skip
        self.until = save_field(
            Field(
                name="WantedBy", kind=Kind.DATE, label_en="Wanted by", label_de="Gewünscht bis", portal=True, order=3, **ticket
            ),
            by=by,
        )  # fmt: skip
        for mask in MASKS:
            save_mask(mask, [(self.site, False), (self.asset, False), (self.until, False)], by=by)
        save_mask(Mask.PORTAL_NEW, [(self.site, False), (self.until, False)], by=by)

    def of(self, queue: str, today: date) -> dict[str, Any]:
        """What is entered at a new ticket of this queue, as `create_ticket` takes it."""
        chance, values = self._random, dict[str, Any]()
        if queue.startswith("Support"):
            values[input_name(self.site)] = chance.choice(SITES).key
        if queue == "Support::Hardware":
            values[input_name(self.asset)] = f"{chance.choice(DEVICES)}-{chance.randrange(100, 20_000):05}"
        if chance.random() < 0.25:
            values[input_name(self.until)] = today + timedelta(days=chance.randrange(2, 30))
        return values
