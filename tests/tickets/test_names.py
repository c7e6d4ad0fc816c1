"""The names of shipped states and priorities read in the reader's language, in the history too."""

from __future__ import annotations

import pytest
from django.utils import translation

from klardesk.ledger.sentences import of_payload
from klardesk.tickets.events import PriorityChanged, Ref, StateChanged
from klardesk.tickets.names import shown


@pytest.mark.parametrize(("language", "expected"), [("en", "pending reminder"), ("de", "warten auf Erinnerung")])
def test_a_shipped_state_is_named_in_the_readers_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert shown("pending reminder") == expected


def test_a_name_that_people_gave_stays_as_it_is() -> None:
    with translation.override("de"):
        assert shown("waiting for parts") == "waiting for parts"


@pytest.mark.parametrize("reader", ["en", "de"])
def test_the_german_history_names_states_and_priorities_in_german_whoever_reads_it(reader: str) -> None:
    state = StateChanged(Ref(1, "new"), Ref(2, "closed successful"), None, False)
    priority = PriorityChanged(Ref(3, "3 normal"), Ref(9, "on fire"))
    with translation.override(reader):
        assert of_payload("ticket.state_changed", state, "de") == "Status geändert von neu auf erfolgreich geschlossen"
        assert of_payload("ticket.state_changed", state, "en") == "state changed from new to closed successful"
        assert of_payload("ticket.priority_changed", priority, "de") == "Priorität geändert von 3 normal auf on fire"
