"""What each file of a home is, seen from the release it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from klardesk.otrs.inspect.code_text import code_hash, language_of
from klardesk.otrs.inspect.identity import Verdict, lies_in
from klardesk.otrs.inspect.releases import AREAS, Release, Releases, Row
from klardesk.otrs.inspect.signs import signs_in
from klardesk.otrs.source.digests import Digest
from klardesk.otrs.source.home import Home
from klardesk.otrs.source.problems import CannotRead

SITE = re.compile(
    r"^(?:Kernel/Config\.pm|Kernel/Config/Files/ZZZ\w*\.pm|Kernel/Config/Files/User/.+|Kernel/Config/GenericAgent\.pm"
    r"|Kernel/Config/Backups/.+|var/cron/[^/]+(?<!\.dist)|scripts/apache2-httpd[\w.-]*\.conf|var/httpd/htdocs/favicon\.ico"
    r"|var/logo[^/]*|var/stats/[^/]+|var/packages/.+|var/webservices/.+\.yml|var/processes/.+\.yml|var/ssl/.+|var/pgp/.+)$"
)
"""Files that an installation has of its own, changed or added without being a change of the product."""
LEFTOVER = re.compile(r"(?:\.save|\.rpmsave|\.rpmnew|\.dpkg-\w+|\.orig|\.rej|\.pyc)$")
GUARDS = re.compile(
    r"^(?:Custom/)?(?:Kernel/System/(?:Auth|CustomerAuth)(?:/|\.pm$)|Kernel/System/(?:AuthSession|Group|CustomerGroup|User|CustomerUser"
    r"|Package|Crypt/\w+|OAuth2Token)(?:/\w+)?\.pm$|Kernel/System/(?:Ticket|Article)/Permission\.pm$|Kernel/System/Ticket/(?:Custom)?"
    r"(?:er)?Permission/|Kernel/System/Web/Interface\w+\.pm$|Kernel/GenericInterface/(?:Operation/Common|Operation/Session|Provider)"
    r"|Kernel/Modules/(?:Installer|Login)\.pm$|Kernel/Output/HTML/Layout\.pm$|bin/(?:cgi-bin|fcgi-bin|psgi-bin)/)"
)
"""Log-in, sessions, rights, packages, and what is called from outside: a change here decides who gets in."""
RUNS_IN_WEB = re.compile(
    r"\.(?:php\d?|phtml|pl|cgi|fcgi|py|jsp|asp|aspx|sh|phar|htaccess)$|/\.htaccess$", re.IGNORECASE
)
_CODE = frozenset({"perl", "shell", "php"})


@dataclass(frozen=True, slots=True)
class State:
    """What one file is.

    `kind`: `release`, `line-ends`, `comments`, `other-release`, `changed`, `missing`, `added`, `site`, `override`, `leftover`.
    `sort` of what was changed or added: `language`, `template`, `skin`, `package`, `web`, `guard`, `code`, `other`.
    `origin` is the other release with this content; `row` the content the release has at this path.
    """

    path: str
    kind: str
    sort: str = ""
    origin: Release | None = None
    row: Row | None = None


class Comparison:
    """A home beside the release it belongs to."""

    def __init__(
        self,
        home: Home,
        releases: Releases,
        verdict: Verdict,
        digests: Mapping[str, Digest],
        packages: Mapping[str, str],
    ) -> None:
        """`digests` of all files that could be read; `packages`: which package a file belongs to, as far as is known."""
        self.home, self.releases, self.verdict, self.digests, self.packages = home, releases, verdict, digests, packages
        self.number = verdict.release.number
        self._origin = {
            path: releases.all[number]
            for number, paths in sorted(verdict.origins.items(), reverse=True)
            for path in paths
        }
        self._ours = frozenset(releases.paths_of(self.number))

    def states(self) -> Iterator[State]:
        """Every file of the areas, in the order of paths; then those of the release that are missing."""
        for path, found in self.digests.items():
            if path.partition("/")[0] in AREAS:
                yield self._state(path, found)
        tops = {path.partition("/")[0] for path in self.digests}
        unread = {str(problem.values.get("path", "")) for problem in self.home.problems} - {""}
        for path in sorted(self._ours - self.digests.keys() - self.home.files.keys()):
            if path.partition("/")[0] in tops and not lies_in(path, unread):
                yield State(path, "missing", self._sort(path), row=self.releases.row_of(path, self.number))

    def _state(self, path: str, found: Digest) -> State:
        row = self.releases.row_of(path, self.number)
        if row is not None and row.fits(found):
            return State(path, "release" if row.fits_exactly(found) else "line-ends", row=row)
        if SITE.match(path):
            return State(path, "site", row=row)
        if path in self._origin:
            return State(path, "other-release", self._sort(path), self._origin[path], row)
        if row is not None:
            return self._changed(path, found, row)
        if path.startswith("Custom/"):
            kind = "override" if path.removeprefix("Custom/") in self._ours else "added"
            return State(path, kind, self._sort(path))
        return State(path, "leftover" if LEFTOVER.search(path) else "added", self._sort(path))

    def _changed(self, path: str, found: Digest, row: Row) -> State:
        saved = self.digests.get(f"{path}.save")
        if path in self.packages or (saved is not None and self.releases.knows(path)):
            only_comments = saved is not None and row.fits(saved) and self._same_code(path, f"{path}.save")
            return State(path, "comments" if only_comments else "changed", "package", row=row)
        if row.code and row.code == self._code(path):
            return State(path, "comments", self._sort(path), row=row)
        return State(path, "changed", self._sort(path), row=row)

    def _same_code(self, path: str, other: str) -> bool:
        mine = self._code(path)
        return bool(mine) and mine == self._code(other)

    def _code(self, path: str) -> str:
        try:
            return code_hash(path.removesuffix(".save"), self.home.text(path))
        except CannotRead:
            return ""

    def _sort(self, path: str) -> str:
        inner = path.removeprefix("Custom/")
        if inner.startswith(("Kernel/Language/", "i18n/")) or inner.endswith((".po", ".pot")):
            return "language"
        if GUARDS.match(path):
            return "guard"
        if inner.startswith("Kernel/Output/HTML/") and language_of(inner) == "template":
            return "template"
        if inner.startswith("var/httpd/htdocs/skins/") and not RUNS_IN_WEB.search(inner):
            return "skin"
        if inner.startswith("var/httpd/htdocs/"):
            return "web"
        if inner.startswith(("bin/", "Kernel/")) and not inner.startswith("Kernel/Config/Files/XML"):
            return "code" if language_of(inner) in _CODE | {"template", ""} else "other"
        return "code" if language_of(inner) in _CODE else "other"


def is_read_for_signs(state: State) -> bool:
    """Whether a file's content is searched for signs: what was changed or added, where it may run."""
    if state.kind in {"changed", "override", "site"}:
        return state.sort != "language" or state.path.endswith(".pm")
    return state.kind in {"added", "leftover"}


def known_signs(home: Home, state: State) -> frozenset[str] | None:
    """Signs that the original had as well: of a learned release, or from the `.save` beside; None if the original is unknown."""
    if state.row is not None and (state.row.signs or state.row.code):
        return state.row.signs
    saved = f"{state.path}.save"
    if state.row is not None and home.has(saved):
        try:
            if state.row.fits(home.digest(saved)):
                return frozenset(sign.id for sign in signs_in(state.path, home.text(saved)))
        except CannotRead:
            return None
    return None
