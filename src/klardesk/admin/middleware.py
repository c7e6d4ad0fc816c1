"""What stands around every request beside the page shell: the health answers, and one log line for each request."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import structlog
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from klardesk.admin.health import reasons_not_ready

Answer = Callable[[HttpRequest], HttpResponseBase]
LIVE, READY = "/health/live", "/health/ready"
QUIET = ("/static/", "/health/")
log = structlog.get_logger("klardesk.request")


class Health:
    """Answers `/health/live` and `/health/ready` before host names, sessions and log-in are looked at.

    A load balancer asks by address, not by the desk's name, and must get an answer while the database is gone.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """200 and an empty list of reasons if all is well, else 503 and the reasons."""
        if request.path not in {LIVE, READY}:
            return self.get_response(request)
        reasons = reasons_not_ready() if request.path == READY else []
        status = "ready" if request.path == READY else "live"
        answer = JsonResponse(
            {"status": f"not {status}" if reasons else status, "reasons": reasons}, status=503 if reasons else 200
        )
        answer.headers["Cache-Control"] = "no-store"
        answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  (else each 503 is logged as an error)
        return answer


class RequestLog:
    """Writes one line for each request: method, path, status, milliseconds, number of queries. Never query strings."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count and time what the inner layers do; files and health checks are logged only when they fail."""
        began, counter = perf_counter(), _Counter()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        if response.status_code < 400 and request.path.startswith(QUIET):
            return response
        log.info(
            "request",
            method=request.method,
            path=_without_tokens(request),
            status=response.status_code,
            milliseconds=round((perf_counter() - began) * 1000, 1),
            queries=counter.queries,
        )
        return response


def _without_tokens(request: HttpRequest) -> str:
    """The path as it may be logged: a one-time token in it opens a door to whoever reads the log."""
    token = request.resolver_match.kwargs.get("token", "") if request.resolver_match else ""
    return request.path.replace(token, "…") if token else request.path


class _Counter:
    """Counts the statements that pass."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)
