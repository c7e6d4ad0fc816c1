"""Changing options of the installation; the only place that writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from klardesk.access.policy import require_administrator
from klardesk.admin.events import OptionChanged, option_chain
from klardesk.base import options
from klardesk.base.models import Option
from klardesk.ledger import append

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def change_option(key: str, value: Any, *, by: Actor) -> bool:
    """Set an option; whether that changed anything. A value that equals the default is not stored, so that a better
    default of a later version counts.

    Raises Refused for who is no administrator, ValueError with a sentence for a value the option does not take,
    KeyError for an unknown option.
    """
    require_administrator(by)
    wanted = options.clean(key, value)
    with transaction.atomic():
        Option.objects.select_for_update().filter(pk=key).first()
        old = options.option(key)
        if old == wanted:
            return False
        if wanted == options.DECLARATIONS[key].default:
            Option.objects.filter(pk=key).delete()
        else:
            Option.objects.update_or_create(pk=key, defaults={"value": wanted})
        append(option_chain(key), OptionChanged(key, _text(old), _text(wanted)), by=by.ref)
    return True


def change_options(values: Mapping[str, Any], *, by: Actor) -> list[str]:
    """Set several options or none of them; the keys of those that changed."""
    with transaction.atomic():
        return [key for key, value in values.items() if change_option(key, value, by=by)]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
