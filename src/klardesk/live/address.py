"""Where browsers find the stream, and which pages may read it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from klardesk.base.env import host_of

PATH = "/live/"


def stream_address(request: HttpRequest) -> str:
    """The address of the stream for the page of this request: as set, else the live process's port on the same host.

    The empty text where the desk has no live process.
    """
    if settings.KLARDESK_LIVE_URL:
        return str(settings.KLARDESK_LIVE_URL)
    if not settings.KLARDESK_LIVE_PORT or settings.KLARDESK_BEHIND_PROXY:
        return ""
    host = host_of(f"//{request.get_host()}")
    return f"{request.scheme}://{host}:{settings.KLARDESK_LIVE_PORT}{PATH}"


def origin_of(address: str) -> str:
    """Scheme, host and port of an address; the empty text for a mere path, which is the page's own origin."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def may_read(origin: str) -> bool:
    """Whether a page of this origin is the desk's own: one of its host names, with the scheme and port of KLARDESK_URL.

    A page of another port of the same host would get the session's cookie sent along as well, so the port counts.
    """
    own, asking = urlsplit(settings.KLARDESK_URL), urlsplit(origin)
    try:
        same_place = (asking.scheme, asking.port) == (own.scheme, own.port)
    except ValueError:
        return False
    hosts = {host.casefold() for host in settings.ALLOWED_HOSTS}
    return same_place and host_of(origin).casefold() in hosts
