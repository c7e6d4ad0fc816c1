"""Many attempts at the same moment do not slip past the limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from tests.world import build


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_get_five_answers_at_most() -> None:
    build()

    def guess(number: int) -> bool:
        try:
            page = Client().post("/login/", {"login": "anna", "password": f"guess-{number}"})
            return "Login or password is wrong" in page.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        looked_at = sum(pool.map(guess, range(50)))
    assert looked_at <= 5
