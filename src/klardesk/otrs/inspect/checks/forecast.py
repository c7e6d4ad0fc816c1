"""What an ordinary upgrade would drop: the tables and columns that the next release of the line does not carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import FORECAST, check
from klardesk.otrs.inspect.database.collect.extents import Extents
from klardesk.otrs.inspect.database.collect.links import Links
from klardesk.otrs.inspect.database.packages import tables_of_packages
from klardesk.otrs.inspect.database.scan import Scan, scan_of
from klardesk.otrs.inspect.database.schemas import KnownSchema, class_of, every_table, schemas
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.sheets import DROPS, FORECAST_SHEET

RENAMED = {
    "groups",
    "permission_groups",
    "groups_table",
    "article_plain",
    "article_attachment",
    "article_type",
    "notifications",
}
"""Tables that official upgrades carry over into others."""
CARRIED = {
    "article": {"a_from", "a_reply_to", "a_to", "a_cc", "a_subject", "a_message_id", "a_message_id_md5", "a_in_reply_to",
                "a_references",
                "a_content_type", "a_body", "incoming_time", "content_path", "article_type_id"},
    "notification_event": {"subject", "text", "content_type", "charset"},
    "ticket_index": {"create_time_unix"},
    "group_user": {"permission_value"},
    "ticket_history": {"valid_id"},
}  # fmt: skip
"""Columns whose contents official upgrades carry over into others."""
TRANSIENT = {"derived", "transient"}
"""What is made again by itself is no loss."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A table, or a column of one, and how many rows have something there."""

    table: str
    column: str
    rows: int
    why: str


@check("takeover", order=FORECAST, needs=["database"])
def forecast(inspection: Inspection) -> Iterator[Finding]:
    """Table by table, column by column."""
    scan = scan_of(inspection)
    assert scan.fingerprint is not None
    target = _target(scan.fingerprint.best)
    total = sum(table.rows for table in scan.database.schema.tables.values())
    drops = [each for each in _drops(scan, target) if each.rows]
    drops.sort(key=lambda each: (-each.rows, each.table, each.column))
    lost = sum(_rows_of_table(drops, name) for name in {each.table for each in drops})
    inspection.facts["takeover.target"] = target.name
    inspection.facts["takeover.rows"] = total
    inspection.facts["takeover.lost"] = lost
    rows = tuple(
        (each.table, each.column or None, each.rows, round(100 * each.rows / max(1, total), 4), DROPS[each.why])
        for each in drops
    )
    head = FORECAST_SHEET
    inspection.sheets.append(
        Sheet("takeover.forecast", "takeover", head.title, head.columns, rows, head.note, translated=(4,))
    )
    unknown = [each for each in drops if each.why in {"unknown-table", "unknown-column"}]
    if unknown:
        place = Place(table=unknown[0].table, column=unknown[0].column)
        tables = tuple(dict.fromkeys(f"{each.table}.{each.column}" if each.column else each.table for each in unknown))
        yield found("takeover.loss", place, rows=lost, percent=f"{100 * lost / max(1, total):.2f}", tables=tables[:20])
    yield from _stops(scan)


def _rows_of_table(drops: list[Drop], name: str) -> int:
    """A row that loses several columns is one row."""
    return max(each.rows for each in drops if each.table == name)


def _target(release: KnownSchema) -> KnownSchema:
    """The newest schema that is known of the same product; of OTRS, whose next releases were never open, that of OTRS 6."""
    return [each for each in schemas() if each.product == release.product][-1]


def _drops(scan: Scan, target: KnownSchema) -> Iterator[Drop]:
    packages = tables_of_packages(scan)
    extents = scan.found(Extents)
    for name, table in scan.database.schema.tables.items():
        if class_of(name) in TRANSIENT:
            continue
        if name not in target.tables:
            if name not in RENAMED:
                why = (
                    "other-table" if name in every_table() else "package-table" if name in packages else "unknown-table"
                )
                yield Drop(name, "", table.rows, why)
            continue
        for column in table.columns:
            if column not in target.tables[name].columns and column not in CARRIED.get(name, ()):
                why = "other-column" if column in every_table()[name] else "unknown-column"
                yield Drop(name, column, extents.of(name, column).filled, why)


def _stops(scan: Scan) -> Iterator[Finding]:
    """What the official scripts refuse to go on with."""
    lost = {
        table: sum(rows.values())
        for table, _column, _to, rows in scan.found(Links).lost()
        if class_of(table) == "mapped"
    }
    if lost:
        yield found(
            "takeover.blocked.orphans",
            Place(table=min(lost)),
            count=sum(lost.values()),
            tables=tuple(sorted(lost))[:20],
        )
    tables = scan.database.schema.tables.values()
    assert scan.fingerprint is not None
    wanted = {"utf8mb4", ""} if scan.fingerprint.best.product == "otobo" else {"utf8mb3", ""}
    odd = sorted(table.name for table in tables if table.charset not in wanted)
    if odd:
        yield found("takeover.blocked.charset", Place(table=odd[0]), count=len(odd), tables=tuple(odd[:20]))
