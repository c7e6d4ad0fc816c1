"""Settings: what is in force, and what of it is unsafe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from klardesk.otrs.inspect.catalogue import found, kinds
from klardesk.otrs.inspect.checks import GATHER, JUDGE, check
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.releases import Release
from klardesk.otrs.inspect.settings import INACTIVE, Held, Layer
from klardesk.otrs.inspect.settings.layers import FOLDER, OWN, add_layers, settings_files
from klardesk.otrs.inspect.settings.perl import UNKNOWN
from klardesk.otrs.inspect.settings.rules import Rule, as_shipped, era_of, in_force, is_weak, weak_parts
from klardesk.otrs.source.problems import CannotRead

ALWAYS_BAD = frozenset({"SecureMode"})
"""Settings that are shipped unsafe so that the installation can be made, and must not stay so."""
LONGEST = 80


@check("settings-files", order=GATHER + 1, needs=["home"])
def settings_in_files(inspection: Inspection) -> Iterator[Finding]:
    """Read the layers that lie in files."""
    assert inspection.home is not None
    inspection.facts["settings.files"] = add_layers(inspection.settings, inspection.home, inspection.skip)
    for path, layer in settings_files(inspection.home):
        own = path.removeprefix(FOLDER) in OWN or inspection.releases.knows(path) or path in inspection.packages
        if layer is Layer.FILES and not own:
            yield found("settings.code", Place(file=path), path=path)


@check("settings", order=JUDGE)
def settings(inspection: Inspection) -> Iterator[Finding]:
    """Judge what is in force by the rules."""
    release = release_of(inspection)
    if not inspection.settings.layers:
        raise CannotRead("no-settings")
    if release is None:
        raise CannotRead("no-release")
    era = era_of(release)
    for rule in inspection.rules:
        if rule.known_in and era not in rule.known_in and inspection.settings.get(rule.name) is None:
            continue
        held = in_force(inspection.settings, rule, era)
        if held is None:
            continue
        if held.value == UNKNOWN:
            yield found("settings.unread", _place(rule, held), name=rule.name, file=held.place.file or "?")
        elif is_weak(rule, held, inspection.settings, era):
            yield _finding(rule, held, era)
        yield from _not_deployed(inspection, rule)


def release_of(inspection: Inspection) -> Release | None:
    """The release by its files, or else by its schema."""
    if inspection.verdict:
        return inspection.verdict.release
    family, _blank, version = inspection.schema.partition(" ")
    return Release(-1, family, family, "", version, "", ()) if version else None


def _finding(rule: Rule, held: Held, era: str) -> Finding:
    shipped = as_shipped(rule, held, era)
    level = rule.level
    if shipped and not (rule.name in ALWAYS_BAD and held.layer is not Layer.DEFAULT):
        level = min(level, Level.MEDIUM)
    tone = "default" if shipped else "changed"
    code = f"settings.{tone}.{rule.name}"
    known = code if code in kinds() else f"settings.{tone}.*"
    return found(
        known, _place(rule, held), level=level, name=rule.name, value=_shown(rule, held), wanted=rule.wanted,
        layer=held.layer.name.lower(),
    )  # fmt: skip


def _place(rule: Rule, held: Held) -> Place:
    return Place(
        file=held.place.file, line=held.place.line, table=held.place.table, row=held.place.row, setting=rule.name
    )


def _shown(rule: Rule, held: Held) -> str:
    """The value, unless it is a secret; of a hash, the keys at fault."""
    if rule.secret and str(held.value) not in {"0", "1"} and not isinstance(held.value, dict):
        return "…"
    if held.value is INACTIVE or held.value is None or held.value == "":
        return "∅"
    if parts := weak_parts(rule, held.value):
        return ", ".join(parts)
    if isinstance(held.value, dict | list):
        return "✓" if rule.weak_when[0] in {"valid", "registered"} else "{…}"
    text = re.sub(r"//[^/@\s]+@", "//…@", str(held.value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _not_deployed(inspection: Inspection, rule: Rule) -> Iterator[Finding]:
    """Saved in the database, and the deployed file says something else."""
    saved = inspection.settings.in_layer(rule.name, Layer.DATABASE)
    deployed = inspection.settings.in_layer(rule.name, Layer.AUTO)
    if saved is None or deployed is None or UNKNOWN in (saved.value, deployed.value):
        return
    if str(saved.value) != str(deployed.value):
        yield found(
            "settings.not-deployed",
            Place(file=deployed.place.file, line=deployed.place.line, setting=rule.name),
            name=rule.name,
        )
