"""Parts of pages kept as they were drawn."""

from __future__ import annotations

from markupsafe import Markup

from klardesk.web.drawn import Drawn


def test_a_part_is_found_by_all_its_values_alone():
    parts = Drawn(most=10)
    parts.keep(("de", 1, "Drucker"), Markup("<td>Drucker</td>"))
    assert parts.get(("de", 1, "Drucker")) == "<td>Drucker</td>"
    assert parts.get(("en", 1, "Drucker")) is None
    assert parts.get(("de", 1, "Toner")) is None


def test_what_is_kept_has_an_end():
    parts = Drawn(most=3)
    for number in range(8):
        parts.keep(number, Markup(""))
        assert len(parts) <= 3
    assert parts.get(7) == ""
