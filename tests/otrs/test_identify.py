"""Which release it really is, told from the hashes of the known releases: whole, changed at random, mixed, forged, in part."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from klardesk.otrs.inspect.identity import Verdict, identify
from klardesk.otrs.inspect.releases import Releases, load
from klardesk.otrs.source.digests import Digest

Tree = dict[str, Digest]
CLOSE = [("otrs", "6.0.22"), ("znuny", "6.4.5"), ("otobo", "10.1.4"), ("otobo", "10.0.15")]
PAIRS = [
    ("otrs", "6.0.21"),
    ("otrs", "6.0.22"),
    ("znuny", "6.4.4"),
    ("znuny", "6.4.5"),
    ("otobo", "10.1.3"),
    ("otobo", "10.1.4"),
]
"""Both members of the closest pairs: in 3, 4 and 1 files they differ."""
OTHERS = [
    ("otrs", "3.1.10"), ("otrs", "5.0.26"), ("otrs", "4.0.7"),
    ("otrs", "5.0.12"), ("otrs", "6.0.3"), ("otrs", "6.0.30"), ("znuny", "6.5.4"),
    ("centuran", "6.0.38"), ("otobo", "11.0.6"),
]  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Releases:
    return load()


def tree(known: Releases, family: str, version: str) -> Tree:
    release = known.named(family, version)
    assert release is not None
    found = {}
    for path in known.paths_of(release.number):
        row = known.row_of(path, release.number)
        assert row is not None
        found[path] = Digest(row.sha or "?", row.lf or "?", row.md5 or "?", row.size or 0)
    return found


def changed(found: Tree, share: float, seed: int) -> Tree:
    chance = random.Random(seed)
    return {path: Digest("x", "x", "x", 1) if chance.random() < share else each for path, each in found.items()}


def told(known: Releases, found: Tree) -> Verdict:
    verdict = identify(known, found)
    assert verdict is not None
    return verdict


def test_there_are_253_releases(known: Releases) -> None:
    assert len(known) == 253


@pytest.mark.slow
def test_every_untouched_release_is_told(known: Releases) -> None:
    wrong = []
    for release in known.all:
        verdict = told(known, tree(known, release.family, release.version))
        if verdict.release != release or verdict.kind not in {"is", "either"} or verdict.against:
            wrong.append(release.name)
    assert wrong == []


@pytest.mark.parametrize(("family", "version"), [*CLOSE, *OTHERS])
def test_a_release_is_told(known: Releases, family: str, version: str) -> None:
    verdict = told(known, tree(known, family, version))
    assert (verdict.release.family, verdict.release.version) == (family, version)
    assert (verdict.share, verdict.missing, verdict.against) == (1.0, 0, 0)


def test_two_that_differ_in_one_file_are_both_named_with_that_file(known: Releases) -> None:
    verdict = told(known, tree(known, "otobo", "10.1.4"))
    assert verdict.kind == "either"
    assert [each.version for each in verdict.candidates] == ["10.1.4", "10.1.3"]
    assert verdict.deciding == ("Kernel/System/Auth/Sync/LDAP.pm",)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "enough"), [(0.10, 93), (0.50, 92), (0.86, 81)])
def test_random_changes_leave_it_told_at_the_known_rates(known: Releases, share: float, enough: int) -> None:
    """96 runs: the pairs four times each, the nine others eight times. Rates are those of the research the data come with."""
    right, family_right = 0, 0
    for family, version in [*PAIRS, *OTHERS]:
        whole = tree(known, family, version)
        for seed in range(4 if (family, version) in PAIRS else 8):
            verdict = told(known, changed(whole, share, seed))
            right += (verdict.release.family, verdict.release.version) == (family, version)
            family_right += verdict.release.family == family
    assert right >= enough
    assert family_right == 96


@pytest.mark.parametrize(("share", "kind"), [(0.05, "is"), (0.2, "based"), (0.5, "unknown")])
def test_the_verdict_grows_weaker_with_the_share(known: Releases, share: float, kind: str) -> None:
    verdict = told(known, changed(tree(known, "otrs", "6.0.3"), share, 1))
    assert (verdict.kind, verdict.release.version) == (kind, "6.0.3")


def test_line_ends_of_another_system_change_nothing(known: Releases) -> None:
    windows = {path: replace(each, sha="?", lf=each.lf) for path, each in tree(known, "otrs", "6.0.3").items()}
    verdict = told(known, windows)
    assert (verdict.kind, verdict.release.version, verdict.share) == ("is", "6.0.3", 1.0)


def test_files_of_a_far_release_are_named_as_such(known: Releases) -> None:
    mine, other = tree(known, "otrs", "6.0.3"), tree(known, "znuny", "7.0.1")
    common = [path for path in sorted(mine) if path in other and mine[path].sha != other[path].sha][:300]
    verdict = told(known, mine | {path: other[path] for path in common})
    assert (verdict.kind, verdict.release.version, verdict.against) == ("is", "6.0.3", 0)
    origins = {known.all[number].name: len(paths) for number, paths in verdict.origins.items()}
    assert max(origins, key=lambda name: origins[name]).startswith("Znuny 7.0")
    assert sum(origins.values()) == 300


def test_an_unfinished_update_is_a_mixture(known: Releases) -> None:
    mine, other = tree(known, "otrs", "6.0.3"), tree(known, "otrs", "6.0.20")
    differing = [path for path in sorted(mine) if path in other and mine[path].sha != other[path].sha]
    verdict = told(known, mine | {path: other[path] for path in differing[:1500]})
    assert verdict.against > 100
    assert {verdict.release.version, *(known.all[number].version for number in verdict.origins)} >= {"6.0.20"}


@pytest.mark.parametrize(
    "kept",
    [
        lambda path: path.startswith("Kernel/") and "cpan-lib" not in path,
        lambda path: "scripts/test" not in path and "cpan-lib" not in path,
        lambda path: path.startswith("Kernel/Language/"),
        lambda path: path.startswith("var/httpd/htdocs/"),
    ],
    ids=["Kernel", "without tests", "languages", "what a visitor sees"],
)
def test_a_part_of_the_tree_is_enough(known: Releases, kept: object) -> None:
    part = {path: each for path, each in tree(known, "otrs", "6.0.20").items() if kept(path)}  # type: ignore[operator]
    assert told(known, part).release.version == "6.0.20"


def test_what_was_not_given_is_not_missing(known: Releases) -> None:
    part = {path: each for path, each in tree(known, "otrs", "6.0.20").items() if path.startswith("Kernel/")}
    verdict = told(known, part)
    assert (verdict.kind, verdict.missing, verdict.absent) == ("is", 0, ("bin", "scripts", "var"))


def test_too_few_known_files_say_nothing(known: Releases) -> None:
    assert identify(known, {}) is None
    assert identify(known, {"Kernel/Config.pm": Digest("x", "x", "x", 1)}) is None
