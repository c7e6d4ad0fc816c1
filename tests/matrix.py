"""Who may open a page: inherited, never rewritten.

A test class names its pages and gets nobody, customer, agents and administrator.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.world import World


def client_of(person: Any | None = None) -> Client:
    """A browser in which this person is logged in, or nobody."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


@pytest.mark.django_db
class PageMatrix:
    """The pages of one audience, by address."""

    login = "/login/"

    def addresses(self, world: World) -> list[str]:
        """The pages to be asked for."""
        raise NotImplementedError

    def test_nobody_is_sent_to_log_in_and_back(self, world: World) -> None:
        for address in self.addresses(world):
            answer = client_of().get(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith(f"{self.login}?next=/".replace("=/", "=%2F")), address

    def test_a_fragment_of_nobody_moves_the_whole_browser(self, world: World) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tickets/?page=2"}
        for address in self.addresses(world):
            answer = client_of().get(address, headers=headers)
            assert answer["HX-Redirect"] == f"{self.login}?next=%2Ftickets%2F%3Fpage%3D2", address


class AdministratorPages(PageMatrix):
    """Pages of the administration."""

    def test_customer_finds_nothing(self, world: World) -> None:
        for address in self.addresses(world):
            assert client_of(world.dora).get(address).status_code == 404, address

    @pytest.mark.parametrize("name", ["anna", "ben", "carla"])
    def test_agent_is_refused_with_the_reason(self, world: World, name: str) -> None:
        for address in self.addresses(world):
            answer = client_of(getattr(world, name)).get(address)
            assert answer.status_code == 403, address
            assert "Only administrators" in answer.content.decode(), address

    def test_administrator_may(self, world: World) -> None:
        for address in self.addresses(world):
            assert client_of(world.root).get(address).status_code == 200, address

    def test_nobody_else_may_post(self, world: World) -> None:
        for address in self.addresses(world):
            assert client_of().post(address).status_code == 302, address
            assert client_of(world.dora).post(address).status_code == 404, address
            assert client_of(world.anna).post(address).status_code == 403, address


class AgentPages(PageMatrix):
    """Pages that every agent may open."""

    def test_customer_finds_nothing(self, world: World) -> None:
        for address in self.addresses(world):
            assert client_of(world.dora).get(address).status_code == 404, address

    def test_agent_may(self, world: World) -> None:
        for address in self.addresses(world):
            assert client_of(world.ben).get(address).status_code == 200, address


class PersonPages(PageMatrix):
    """Pages for whoever is logged in."""

    @pytest.mark.parametrize("name", ["dora", "carla", "root"])
    def test_everybody_may(self, world: World, name: str) -> None:
        for address in self.addresses(world):
            assert client_of(getattr(world, name)).get(address).status_code == 200, address
