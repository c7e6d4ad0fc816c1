"""Why something cannot be read, as a value that a report can put in words."""

from __future__ import annotations

from collections.abc import Mapping


class CannotRead(Exception):
    """A subject, or a part of it, that cannot be read.

    `code` names a reason in `klardesk.otrs.inspect.reasons`; `values` fill its sentence. A value is never a secret.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code, dict(values))
        self.code = code
        self.values: Mapping[str, str | int] = values

    def __str__(self) -> str:
        return f"{self.code}: " + ", ".join(f"{name}={value}" for name, value in self.values.items())
