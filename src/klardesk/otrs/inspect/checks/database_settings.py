"""The settings in the database, as two layers: what was shipped, and what administrators saved."""

from __future__ import annotations

from collections.abc import Iterator

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import GATHER, check
from klardesk.otrs.inspect.database.collect.rows import Rows, number, word
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.database.structures import BAD, settled
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.settings import INACTIVE, Layer, SettingValue


@check("settings-database", order=GATHER, needs=["database"])
def settings_in_database(inspection: Inspection) -> Iterator[Finding]:
    """Add the layers; each user's own choices are left out."""
    rows = scan_of(inspection).found(Rows)
    default: dict[str, SettingValue] = {}
    for row in rows.of("sysconfig_default"):
        default[word(row, "name")] = settled(row.get("effective_value")) if number(row, "is_valid", 1) else INACTIVE
    saved: dict[str, SettingValue] = {}
    places: dict[str, Place] = {}
    for row in rows.of("sysconfig_modified"):
        name = word(row, "name")
        if row.get("user_id") not in (None, 0) or number(row, "reset_to_default"):
            continue
        value = settled(row.get("effective_value")) if number(row, "is_valid", 1) else INACTIVE
        if value is BAD:
            yield found(
                "settings.unread",
                Place(table="sysconfig_modified", row=name, setting=name),
                name=name,
                file="sysconfig_modified",
            )
            continue
        saved[name] = value
        places[name] = Place(table="sysconfig_modified", column="effective_value", row=name, setting=name)
    if default:
        kept = {name: value for name, value in default.items() if value is not BAD}
        where = {name: Place(table="sysconfig_default", row=name, setting=name) for name in kept}
        inspection.settings.add_layer(Layer.DEFAULT, kept, where)
    if saved:
        inspection.settings.add_layer(Layer.DATABASE, saved, places)
    inspection.facts["settings.database"] = len(saved)
