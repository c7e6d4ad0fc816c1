"""Logs tell no secrets."""

from __future__ import annotations

import logging

import pytest

from klardesk.base.logs import configure, mask_tokens


def test_tokens_of_one_time_addresses_are_taken_out() -> None:
    line = {
        "event": "Forbidden: /password/abc-_123/",
        "path": "/password/abc-_123/",
        "status": 403,
        "other": "/passwords",
    }
    masked = mask_tokens(None, "info", line)
    assert masked == {"event": "Forbidden: /password/…/", "path": "/password/…/", "status": 403, "other": "/passwords"}


@pytest.mark.parametrize("form", ["json", "text"])
def test_every_logger_writes_without_tokens(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        configure({"format": form, "debug": False})
        logging.getLogger("django.request").error("Forbidden (%s): %s", "no cookie", "/password/s3cret-token/")
    finally:
        root.handlers, root.level = handlers, level
    written = capsys.readouterr().err
    assert "Forbidden" in written
    assert "s3cret-token" not in written
