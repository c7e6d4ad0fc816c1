"""Make, change, order and delete mail filters; keep the numbers of other systems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import regex
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import require_administrator
from klardesk.ledger import ChainRef, append
from klardesk.mail.filters.events import ExternalNumberKept, FilterDeleted, FilterSaved, Part
from klardesk.mail.filters.matching import expression
from klardesk.mail.filters.models import ExternalNumber, Kind, MailFilter
from klardesk.tickets.events import chain_of

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

_RECORDED = ("name", "position", "conditions", "values", "stop", "comment", "valid")
_MOST = 100


def save_filter(mail_filter: MailFilter, *, by: Actor) -> MailFilter:
    """Store a new or changed filter; a new one without a place comes last. For administrators.

    Raises ValidationError if it has no condition, sets nothing and does not stop, or an expression is none.
    """
    require_administrator(by)
    with transaction.atomic():
        key = mail_filter.pk
        before = MailFilter.objects.select_for_update().filter(pk=key).first() if key else None
        if before is None and not mail_filter.position:
            last = MailFilter.objects.order_by("-position").values_list("position", flat=True).first()
            mail_filter.position = (last or 0) + 10
        changes = _changes(before, mail_filter)
        if not changes:
            return mail_filter
        _check(mail_filter)
        mail_filter.full_clean()
        mail_filter.save()
        append(_chain(mail_filter), FilterSaved(mail_filter.name, before is None, changes), by=by.ref)
    return mail_filter


def move_filter(mail_filter: MailFilter, places: int, *, by: Actor) -> None:
    """Have a filter run that many places later, or earlier if negative. For administrators."""
    require_administrator(by)
    with transaction.atomic():
        order = list(MailFilter.objects.select_for_update().order_by("position", "name"))
        start = next((index for index, each in enumerate(order) if each.pk == mail_filter.pk), None)
        if start is None:
            return
        moved = order.pop(start)
        order.insert(max(0, start + places), moved)
        for index, each in enumerate(order, 1):
            if each.position != index * 10:
                each.position = index * 10
                save_filter(each, by=by)


def delete_filter(mail_filter: MailFilter, *, by: Actor) -> None:
    """Delete a filter; its history keeps what it did. For administrators."""
    require_administrator(by)
    with transaction.atomic():
        conditions = [_text(each) for each in mail_filter.conditions]
        values = [_text(each) for each in mail_filter.values]
        chain = _chain(mail_filter)
        if MailFilter.objects.filter(pk=mail_filter.pk).delete()[0]:
            append(chain, FilterDeleted(mail_filter.name, conditions, values), by=by.ref)


def keep_external_number(ticket: Ticket, number: str, *, by: Actor) -> None:
    """Let mails that bear another system's number find this ticket; a number that leads somewhere already stays."""
    key = number.strip().casefold()[:200]
    with transaction.atomic():
        if key and ExternalNumber.objects.get_or_create(number_key=key, defaults={"ticket": ticket})[1]:
            append(chain_of(ticket.pk), ExternalNumberKept(number.strip()[:200]), by=by.ref)


def _chain(mail_filter: MailFilter) -> ChainRef:
    return ChainRef("mailfilter", mail_filter.pk)


def _changes(before: MailFilter | None, after: MailFilter) -> list[Part]:
    pairs = ((name, getattr(before, name, None), getattr(after, name)) for name in _RECORDED)
    return [Part(name, _text(old), _text(new)) for name, old, new in pairs if before is None or old != new]


def _text(value: object) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else str(value)


def _check(mail_filter: MailFilter) -> None:
    if not mail_filter.conditions or max(len(mail_filter.conditions), len(mail_filter.values)) > _MOST:
        raise ValidationError(_("A filter needs at least one condition."))
    if not mail_filter.values and not mail_filter.stop:
        raise ValidationError(_("This filter would do nothing: let it set a field or stop."))
    for each in mail_filter.conditions:
        if each["kind"] not in Kind.values:
            raise ValidationError(_("“{kind}” is no kind of condition.").format(kind=each["kind"]))
        if not each["kind"].endswith("plain"):
            _check_expression(each["value"])


def _check_expression(text: str) -> None:
    try:
        expression(text)
    except regex.error as error:
        message = _("“{text}” is no regular expression: {error}.").format(text=text, error=error)
        raise ValidationError(message) from error
