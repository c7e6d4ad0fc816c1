"""A condition that is asked about a row says what the database says, or that it cannot tell."""

from __future__ import annotations

import pytest
from django.db.models import Exists, OuterRef, Q
from hypothesis import given
from hypothesis import strategies as st

from klardesk.base.conditions import holds
from klardesk.tickets.models import Ticket, Watcher
from tests.world import World

pytestmark = pytest.mark.django_db


def _leaf(keys: list[int]):
    lookups = st.sampled_from(["queue_id", "owner_id", "customer_id", "queue", "pk"])
    listed = st.builds(
        lambda name, wanted: Q(**{f"{name}__in": wanted}), lookups, st.lists(st.sampled_from(keys), max_size=3)
    )
    equal = st.builds(lambda name, wanted: Q(**{name: wanted}), lookups, st.sampled_from(keys))
    null = st.builds(
        lambda name, wanted: Q(**{f"{name}__isnull": wanted}),
        st.sampled_from(["owner", "company", "queue"]),
        st.booleans(),
    )
    title = st.builds(lambda wanted: Q(title=wanted), st.sampled_from(["Printer is on fire", "Another"]))
    watched = st.just(Q(Exists(Watcher.objects.filter(ticket_id=OuterRef("pk")))))
    return st.one_of(listed, equal, null, title, watched)


@st.composite
def _conditions(draw, keys: list[int]) -> Q:
    tree = st.recursive(
        _leaf(keys),
        lambda inner: st.one_of(
            st.builds(lambda one, other: one & other, inner, inner), st.builds(lambda one, other: one | other, inner, inner),
            st.builds(lambda one: ~one, inner),
        ),
        max_leaves=6,
    )  # fmt: skip
    return draw(tree)


def test_it_never_says_anything_else_than_the_database(world: World) -> None:
    ticket = world.ticket()
    ticket.refresh_from_db()
    keys = [ticket.pk, ticket.queue_id, world.dora.pk, world.anna.pk, 0]

    @given(_conditions(keys))
    def compare(condition: Q) -> None:
        told = holds(condition, ticket)
        assert told is None or told == Ticket.all_rows.filter(condition, pk=ticket.pk).exists()

    compare()


def test_it_can_tell_what_the_rows_own_columns_decide(world: World) -> None:
    ticket = world.ticket()
    watched = Q(Exists(Watcher.objects.filter(ticket_id=OuterRef("pk"))))
    assert holds(Q(queue_id__in=[world.support.pk]), ticket) is True
    assert holds(Q(owner_id=world.anna.pk), ticket) is False
    assert holds(Q(queue_id=world.support.pk) | watched, ticket) is True
    assert holds(Q(queue_id=world.sales.pk) & watched, ticket) is False
    assert holds(Q(queue_id=world.sales.pk) | watched, ticket) is None
    assert holds(~Q(queue_id=world.sales.pk), ticket) is None
    assert holds(Q(customer_login__iexact="dora"), ticket) is None
    assert holds(Q(queue__group_id=world.support_group.pk), ticket) is None
