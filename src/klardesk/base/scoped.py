"""Querysets that refuse to be read before somebody's scope was applied (design, rule 4)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(Exception):
    """Rows were asked for without saying for whom: use `.visible_to(actor)`, or `.unscoped("why")` in trusted code."""


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset whose rows can only be reached after a scope is applied; filters may come before or after."""

    _scope: str | None = None

    def unscoped(self, why: str) -> ScopedQuerySet[M]:
        """All rows, for trusted code (actions that checked the right, sweeps, verifiers); `why` says which reason."""
        scoped: ScopedQuerySet[M] = self._scoped(f"unscoped: {why}")
        return scoped

    def _scoped(self, scope: str) -> Any:
        clone = self._chain()  # type: ignore[attr-defined]
        clone._scope = scope  # noqa: SLF001 - its own kind
        return clone

    def _clone(self) -> Any:
        clone = super()._clone()  # type: ignore[misc]
        clone._scope = self._scope  # noqa: SLF001 - its own kind
        return clone

    def _demand_scope(self) -> None:
        if self._scope is None:
            raise UnscopedQuery(f"{self.model.__name__} was read without a scope; say for whom: .visible_to(actor)")

    def _fetch_all(self) -> None:
        self._demand_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        """As Django's, within the scope."""
        self._demand_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """As Django's, within the scope."""
        self._demand_scope()
        return super().count()

    def exists(self) -> bool:
        """As Django's, within the scope."""
        self._demand_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django's, within the scope."""
        self._demand_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's, within the scope."""
        self._demand_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's, within the scope."""
        self._demand_scope()
        return super().delete()
