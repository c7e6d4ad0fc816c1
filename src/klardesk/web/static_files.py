"""Static files with addresses that change with their content, served by the desk itself (no nginx, DEBUG on or off).

`static("web/app.css")` gives `/static/web/app.css?v=<hash>`. A request whose `v` is the file's present hash may be kept for
a year; any other must be asked for again, and is answered 304 when nothing changed.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import Lock

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from klardesk.web.middleware import for_machines

FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"
TEXT = ("text/", "image/svg+xml", "application/javascript", "application/json")
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".md": "text/plain",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class StaticFile:
    """One file as it was when first asked for: its bytes and what follows from them."""

    content: bytes
    content_type: str

    @cached_property
    def digest(self) -> str:
        """The first 16 hex digits of the content's SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def squeezed(self) -> bytes | None:
        """The content under gzip, or None where that would not make it smaller."""
        if not self.content_type.startswith(TEXT):
            return None
        smaller = gzip.compress(self.content, compresslevel=9, mtime=0)
        return smaller if len(smaller) < len(self.content) else None


class UnknownStaticFile(LookupError):
    """A template names a static file that no app has."""


@cache
def folders() -> tuple[Path, ...]:
    """The `static` folder of every installed app that has one, in the order of the apps."""
    found = (Path(app.path) / "static" for app in apps.get_app_configs())
    return tuple(folder.resolve() for folder in found if folder.is_dir())


def locate(name: str) -> Path | None:
    """The file behind a name such as `web/app.css`, or None. Never leaves the static folders."""
    if "\0" in name:
        return None
    for folder in folders():
        candidate = (folder / name).resolve()
        if candidate.is_relative_to(folder) and candidate.is_file():
            return candidate
    return None


_kept: dict[str, tuple[int, StaticFile]] = {}
_lock = Lock()


def load(name: str) -> StaticFile | None:
    """The file of this name, read once; with DEBUG on, read again when it changed on disk."""
    known = _kept.get(name)
    if known and not settings.DEBUG:
        return known[1]
    path = locate(name)
    if path is None:
        return None
    changed = path.stat().st_mtime_ns
    if known and known[0] == changed:
        return known[1]
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with _lock:
        _kept[name] = (changed, StaticFile(path.read_bytes(), kind))
    return _kept[name][1]


def static(name: str) -> str:
    """The address of a static file, with its hash. Raises UnknownStaticFile for a name that no app has."""
    file = load(name)
    if file is None:
        raise UnknownStaticFile(f"No installed app has static/{name}.")
    return f"{settings.STATIC_URL}{name}?v={file.digest}"


def _answer(request: HttpRequest, file: StaticFile) -> HttpResponseBase:
    tag = quote_etag(file.digest)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in known or f"W/{tag}" in known or "*" in known:
        return HttpResponseNotModified(headers={"ETag": tag})
    charset = "; charset=utf-8" if file.content_type.startswith(TEXT) else ""
    response = HttpResponse(file.content, content_type=file.content_type + charset)
    if file.squeezed and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(file.squeezed, content_type=file.content_type + charset)
        response.headers["Content-Encoding"] = "gzip"
        tag = f"W/{tag}"
    response.headers["ETag"] = tag
    return response


@for_machines
@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give out one static file. Reads neither session nor database, so that error pages keep their looks."""
    file = load(name)
    if file is None:
        raise Http404(name)
    response = _answer(request, file)
    response.headers["Cache-Control"] = FOR_A_YEAR if request.GET.get("v") == file.digest else ASK_AGAIN
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
