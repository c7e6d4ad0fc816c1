"""Known holes: by the true release, by what files prove, and what nobody has assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klardesk.otrs.inspect.advisories import State, assess, load
from klardesk.otrs.inspect.checks import advisories as check
from klardesk.otrs.inspect.findings import Confidence, Level
from klardesk.otrs.inspect.identity import identify
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.releases import Release, Releases
from klardesk.otrs.inspect.releases import load as load_releases
from klardesk.otrs.source.digests import Digest
from tests.otrs.test_identify import tree

KNOWN = {advisory.id: advisory for advisory in load()}
INSTALLER = "Kernel/Modules/Installer.pm"


@pytest.fixture(scope="module")
def known() -> Releases:
    return load_releases()


def stands(
    known: Releases, identifier: str, family: str, version: str, files: dict[str, Digest] | None = None
) -> State:
    release = known.named(family, version) or Release(-1, family, family, "", version, "", ())
    return assess(KNOWN[identifier], release, known, files)


def test_there_are_108_advisories_with_known_effects() -> None:
    from klardesk.otrs.inspect.catalogue.advisories import EFFECTS

    assert len(KNOWN) == 108
    assert {advisory.effect for advisory in KNOWN.values()} <= set(EFFECTS)


@pytest.mark.parametrize(
    ("family", "version", "state"),
    [
        ("otrs", "5.0.19", "open"), ("otrs", "5.0.20", "closed"), ("otrs", "4.0.24", "closed"), ("otrs", "3.3.16", "open"),
        ("otrs", "3.2.7", "unassessed"), ("znuny", "6.5.4", "unassessed"),
    ],
)  # fmt: skip
def test_a_hole_stands_by_family_and_number(known: Releases, family: str, version: str, state: str) -> None:
    assert stands(known, "OSA-2017-03", family, version).state == state


def test_numbers_are_never_compared_across_families(known: Releases) -> None:
    assert stands(known, "OSA-2021-09", "centuran", "6.0.32").state == "closed"
    assert stands(known, "OSA-2021-09", "znuny", "6.0.32").state == "open"
    assert stands(known, "OSA-2021-09", "otrs", "6.0.30").fixed == "never"


def test_a_fix_that_was_taken_over_singly_is_seen_in_the_file(known: Releases) -> None:
    files = tree(known, "otrs", "5.0.12")
    assert stands(known, "OSA-2017-03", "otrs", "5.0.12", files).proven
    files[INSTALLER] = tree(known, "otrs", "5.0.20")[INSTALLER]
    assert stands(known, "OSA-2017-03", "otrs", "5.0.12", files).state == "backported"


def test_a_fix_that_is_not_in_its_file_is_lost(known: Releases) -> None:
    files = tree(known, "otrs", "5.0.26")
    assert stands(known, "OSA-2017-03", "otrs", "5.0.26", files).state == "closed"
    files[INSTALLER] = tree(known, "otrs", "5.0.12")[INSTALLER]
    found = stands(known, "OSA-2017-03", "otrs", "5.0.26", files)
    assert (found.state, found.file, found.fixed) == ("lost", INSTALLER, "5.0.20")


def inspection(known: Releases, family: str, version: str, *, files: bool = True) -> Inspection:
    made = Inspection(at=datetime(2019, 9, 1, tzinfo=UTC), releases=known, advisories=list(KNOWN.values()))
    if files:
        made.digests = tree(known, family, version)
        made.verdict = identify(known, made.digests)
    else:
        made.schema = f"{family} {version}"
    made.add(check.advisories(made))
    return made


def test_the_days_since_the_first_missing_patch_are_counted(known: Releases) -> None:
    made = inspection(known, "otrs", "6.0.3")
    first = min(
        advisory.published for advisory in KNOWN.values() if stands(known, advisory.id, "otrs", "6.0.3").state == "open"
    )
    assert made.facts["advisories.first_missing"] == first
    assert made.facts["advisories.days"] == (datetime(2019, 9, 1) - datetime.fromisoformat(first)).days  # noqa: DTZ001


def test_the_seventeen_of_6_0_3_up_to_august_2019_are_open(known: Releases) -> None:
    made = inspection(known, "otrs", "6.0.3")
    told = {
        finding.evidence["id"]
        for finding in made.findings
        if finding.code.startswith("advisories.")
        if "id" in finding.evidence
    }
    wanted = {f"OSA-2018-{number:02d}" for number in range(1, 9)} | {
        f"OSA-2019-{number:02d}" for number in (1, 2, 4, 5, 6, 8, 9, 10, 12)
    }
    assert wanted <= told


def test_without_files_a_hole_is_never_more_than_medium(known: Releases) -> None:
    made = inspection(known, "znuny", "6.5.4", files=False)
    assert made.findings
    assert max(finding.level for finding in made.findings) is Level.MEDIUM
    assert Confidence.PROVEN not in {
        finding.confidence for finding in made.findings if finding.code.startswith("advisories.open")
    }


def test_what_nobody_assessed_is_said_and_listed(known: Releases) -> None:
    made = inspection(known, "otrs", "3.0.5")
    (finding,) = [each for each in made.findings if each.code == "advisories.unassessed"]
    (sheet,) = made.sheets
    assert finding.evidence["count"] == len(sheet.rows) == made.facts["advisories.unassessed"] > 100


def test_a_later_release_that_is_not_known_makes_it_a_hint(known: Releases) -> None:
    made = inspection(known, "znuny", "6.5.4")
    assert made.verdict is not None
    made.verdict, made.findings = replace(made.verdict, or_later=True), []
    made.add(check.advisories(made))
    assert {each.confidence for each in made.findings if each.code.startswith("advisories.open")} == {Confidence.HINT}
