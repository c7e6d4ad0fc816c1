"""What the live room adds to the pages of agents: where the stream is, and what listens to it."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from klardesk.live.address import origin_of, stream_address
from klardesk.web.jinja import url
from klardesk.web.slots import register_page_end
from klardesk.web.static_files import static


def _draw(request: HttpRequest) -> str:
    """Addresses and a module; the page's policy lets it connect to the stream."""
    address = stream_address(request)
    request.connects_to = origin_of(address)  # type: ignore[attr-defined]
    return _drawn(get_language(), address, static("live/live.js"))


@lru_cache(maxsize=64)
def _drawn(_language: str | None, address: str, module: str) -> str:
    return format_html(
        '<script type="module" src="{}" data-live="{}" data-counters="{}" data-presence="{}" '
        'data-text-one="{}" data-text-many="{}" data-text-ticket="{}" data-text-tickets="{}" data-text-changed="{}" '
        'data-text-show="{}"></script>',
        module, address, url("counters"), url("ticket_presence", 0),
        _("One new article"), _("{number} new articles"), _("One new ticket in this list"),
        _("{number} new tickets in this list"), _("This list has changed"), _("Show"),
    )  # fmt: skip


register_page_end("live", _draw)
