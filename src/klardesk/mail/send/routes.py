"""Which outgoing server takes which mails: that of the address a mail goes out under, else the default one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from klardesk.mail.models import OutgoingServer, SystemAddress

ALL_MAILS = Q()


@dataclass(frozen=True, slots=True)
class Route:
    """A server (None: that of KLARDESK_SMTP_URL, or none at all), and the mails of the outbox that it takes."""

    server: OutgoingServer | None
    mails: Q


def routes() -> list[Route]:
    """The routes of all mails; each mail has exactly one. Two queries."""
    servers = {each.pk: each for each in OutgoingServer.objects.filter(valid=True).order_by("pk")}
    default = default_of(list(servers.values()))
    chosen: defaultdict[int, list[int]] = defaultdict(list)
    for address, server in SystemAddress.objects.filter(server__isnull=False).values_list("pk", "server_id"):
        if server in servers and (default is None or server != default.pk):
            chosen[server].append(address)
    special = [address for addresses in chosen.values() for address in addresses]
    others = Q(sender__isnull=True) | ~Q(sender_id__in=special) if special else ALL_MAILS
    return [Route(default, others), *(Route(servers[key], Q(sender_id__in=found)) for key, found in chosen.items())]


def default_of(servers: list[OutgoingServer]) -> OutgoingServer | None:
    """The server marked as the default one, else the first."""
    return next((each for each in servers if each.default), servers[0] if servers else None)
