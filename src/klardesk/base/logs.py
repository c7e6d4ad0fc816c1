"""Structured logs: one line per event, JSON for machines or plain text for a terminal, with the request's id."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"(/password/)[^/\s\"']+")


def mask_tokens(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the tokens of one-time addresses out of a line, whoever wrote it: who reads logs must not get in by them."""
    for key, value in line.items():
        if isinstance(value, str) and "/password/" in value:
            line[key] = _TOKEN.sub(r"\1…", value)
    return line


def configure(options: dict[str, Any]) -> None:
    """Send Python's and structlog's records to stderr in one form; called by Django with its LOGGING setting."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_json = options["format"] == "json" or (options["format"] == "auto" and not sys.stderr.isatty())
    tail: list[Any] = (
        [structlog.processors.format_exc_info, mask_tokens, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [mask_tokens, structlog.dev.ConsoleRenderer()]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if options["debug"] else logging.INFO)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
