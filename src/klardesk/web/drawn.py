"""Parts of pages that are kept as they were drawn: what a hundred agents look at all day is drawn once."""

from __future__ import annotations

from collections.abc import Hashable

from markupsafe import Markup


class Drawn:
    """HTML by all the values that it shows, its language among them; when it is full, all is forgotten.

    Nobody sees by it what is not theirs: whoever cannot name every value does not find the part. For any number of threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: dict[Hashable, Markup] = {}

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, values: Hashable) -> Markup | None:
        """The part that shows these values, if it is kept."""
        return self._parts.get(values)

    def keep(self, values: Hashable, part: Markup) -> None:
        """Keep the part that shows these values."""
        if len(self._parts) >= self._most:
            self._parts.clear()
        self._parts[values] = part
