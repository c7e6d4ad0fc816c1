"""How the desk reaches its database."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_postgresql_that_vanished_is_noticed_before_long() -> None:
    connection.ensure_connection()
    used = connection.connection.info.get_parameters()
    assert int(used["keepalives_idle"]) + int(used["keepalives_interval"]) * int(used["keepalives_count"]) <= 60
    assert int(used["tcp_user_timeout"]) <= 60_000
    assert int(used["connect_timeout"]) <= 10
