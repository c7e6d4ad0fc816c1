"""Build hook: the compiled message catalogues belong into the wheel, and into a developer's tree, but not into git."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Compile every `.po` of the package before its files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling for the wheel (`standard`) and for an editable install (`editable`)."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from klardesk.base.i18n import compile_all

        compile_all()
