"""Make and change services, SLAs, targets of queues and the rules; and give tickets a service and an SLA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.access.policy import require_administrator
from klardesk.ledger import ChainRef, append
from klardesk.sla.events import ServiceChanged, SettingSaved, ValueChange
from klardesk.sla.models import SLA, EscalationRules, QueueTargets, Service, TicketService
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.models import Ticket
from klardesk.tickets.policy import NotPossible

Setting = TypeVar("Setting", Service, SLA, QueueTargets, EscalationRules)


def save_setting(setting: Setting, *, by: Actor, **lists: Sequence[models.Model]) -> Setting:
    """Store a new or changed setting as it stands; for administrators. `lists` are its rows of other tables, by field.

    Services below a renamed one are renamed with it. Raises ValidationError if a value does not fit; nothing is written
    if nothing differs.
    """
    require_administrator(by)
    with transaction.atomic():
        before: models.Model | None = _stored(setting)
        setting.full_clean()
        changes = [*_changes(before, setting), *_list_changes(before, lists)]
        if not changes:
            return setting
        setting.save()
        for name, rows in lists.items():
            getattr(setting, name).set(rows)
        noun = setting._meta.model_name or ""
        append(ChainRef(noun, setting.pk), SettingSaved(noun, str(setting), before is None, changes), by=by.ref)
        if isinstance(before, Service) and before.name != str(setting):
            _rename_below(before.name, str(setting), by)
    return setting


def change_service(
    ticket: Ticket, service: Service | None, sla: SLA | None, *, by: Actor, revision: int | None = None
) -> None:
    """Give the ticket a service and an SLA of that service, or take them away. Errors as `changing`, and NotPossible for
    an SLA of another service.
    """
    with changing(ticket, "service", by=by, revision=revision) as fresh:
        _set_service(fresh, service, sla, by)


def begin_service(ticket: Ticket, service: Service | None, sla: SLA | None, *, by: Actor) -> None:
    """Give a ticket that `by` has just made in the running transaction its service and SLA: whoever may make tickets may
    say what they are about.
    """
    _set_service(ticket, service, sla, by)


def _set_service(ticket: Ticket, service: Service | None, sla: SLA | None, by: Actor) -> None:
    before = TicketService.objects.filter(pk=ticket.pk).select_related("service", "sla").first()
    old_service, old_sla = (before.service, before.sla) if before else (None, None)
    if (old_service, old_sla) == (service, sla):
        return
    if sla is not None and (service is None or not sla.services.filter(pk=service.pk).exists()):
        raise NotPossible(_("The SLA {sla} is not one of this service.").format(sla=sla))
    if service is None and sla is None:
        TicketService.objects.filter(pk=ticket.pk).delete()
    else:
        TicketService.objects.update_or_create(ticket_id=ticket.pk, defaults={"service": service, "sla": sla})
    record(ticket, ServiceChanged(ref(old_service), ref(service), ref(old_sla), ref(sla)), by=by)


def _stored(setting: models.Model) -> models.Model | None:
    """The row as it is stored, locked; None for a new one."""
    rows: Any = type(setting)
    return rows.objects.select_for_update().filter(pk=setting.pk).first() if setting.pk else None


def _rename_below(old: str, new: str, by: Actor) -> None:
    for child in Service.objects.select_for_update().filter(name__startswith=f"{old}::").order_by("pk"):
        name = new + child.name[len(old) :]
        changes = [ValueChange("name", child.name, name)]
        child.name = name
        child.full_clean()
        child.save()
        append(ChainRef("service", child.pk), SettingSaved("service", name, created=False, changes=changes), by=by.ref)


def _changes(before: models.Model | None, after: models.Model) -> list[ValueChange]:
    changes = []
    for item in after._meta.concrete_fields:
        if item.primary_key:
            continue
        old, new = _shown(before, item.name), _shown(after, item.name)
        if old != new or (before is None and new):
            changes.append(ValueChange(item.name, old, new))
    return changes


def _list_changes(before: models.Model | None, lists: dict[str, Sequence[Any]]) -> list[ValueChange]:
    changes = []
    for name, rows in lists.items():
        old = sorted(map(str, getattr(before, name).all())) if before is not None else []
        new = sorted(map(str, rows))
        if old != new:
            changes.append(ValueChange(name, ", ".join(old), ", ".join(new)))
    return changes


def _shown(thing: models.Model | None, name: str) -> str:
    value = getattr(thing, name) if thing is not None else None
    return "" if value is None else str(value)
