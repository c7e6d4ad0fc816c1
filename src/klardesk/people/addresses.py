"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of the browser; behind a proxy (KLARDESK_BEHIND_PROXY) the one that the proxy saw. May be ""."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.KLARDESK_BEHIND_PROXY:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or told
    try:
        return str(ip_address(told))
    except ValueError:
        return ""


def neighbourhood(address: str) -> str:
    """The address for counting; in IPv6 the whole /64 network, for one subscriber has all of its addresses."""
    found = ip_address(address) if address else None
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address
