"""A database for the oracles that need one: the test run's own under pytest, otherwise one in memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database() -> Iterator[None]:
    """Within this block Django is set up and its tables are there."""
    from django.apps import apps

    if apps.ready:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="klardesk-oracles-") as data:
        os.environ |= {
            "KLARDESK_DATA": data,
            "KLARDESK_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "klardesk.settings",
        }
        _set_up()
        from django.db import connections
        from django.test.utils import setup_databases, teardown_databases

        connections["default"].settings_dict["TEST"]["NAME"] = ":memory:"
        made = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            teardown_databases(made, verbosity=0)


def _set_up() -> None:
    import logging

    import django

    django.setup()
    logging.getLogger().setLevel(logging.ERROR)
