"""Options of the guided setup."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base.options import declare

STEP_NAMES = ("you", "mailbox", "outgoing", "queues", "all")


def _steps(value: Any) -> None:
    if any(name not in STEP_NAMES for name in value):
        raise ValueError(_("The steps are called {names}.").format(names=", ".join(STEP_NAMES)))


declare(
    "setup.skipped",
    [],
    gettext_lazy("Skipped steps of the guided setup"),
    gettext_lazy(
        "Empty it to be led to these steps again: you, mailbox, outgoing, queues; “all” means the whole guide."
    ),
    check=_steps,
)
