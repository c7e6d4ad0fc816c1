"""Settings of an installation: what each layer says, and what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from klardesk.otrs.inspect.findings import NOWHERE, Place


class Layer(IntEnum):
    """Where a value comes from; the greater one wins. DATABASE: what the administrator saved; AUTO: what was deployed of it."""

    DEFAULT = 0
    DATABASE = 10
    AUTO = 20
    FILES = 30
    CONFIG = 40


class Inactive:
    """The value of a setting that a layer switches off (`Valid="0"`, `delete $Self->{…}`)."""

    def __repr__(self) -> str:
        return "INACTIVE"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inactive)

    def __hash__(self) -> int:
        return 0


INACTIVE = Inactive()
"""In a layer's values: this setting is off."""

SettingValue = object
"""str, int, float, None, list, dict, bool, or INACTIVE."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value in force, with its layer and its place there."""

    value: SettingValue
    layer: Layer
    place: Place = NOWHERE


@dataclass
class Settings:
    """All layers. A name with a part is written as in the product's own settings: `Frontend::Module###AdminSelectBox`."""

    layers: list[tuple[Layer, Mapping[str, Held]]] = field(default_factory=list)

    def add_layer(
        self, layer: Layer, values: Mapping[str, SettingValue], places: Mapping[str, Place] | None = None
    ) -> None:
        """Add what one source says. Of two of the same layer the later wins, as the product reads files in their order."""
        held = {
            name: Held(value, layer, (places or {}).get(name, Place(setting=name))) for name, value in values.items()
        }
        self.layers.append((layer, held))
        self.layers.sort(key=lambda each: each[0])

    def get(self, name: str) -> Held | None:
        """What is in force for this setting, or None if no layer knows it."""
        for _layer, values in reversed(self.layers):
            if name in values:
                return values[name]
        return None

    def in_layer(self, name: str, layer: Layer) -> Held | None:
        """What this layer alone says of it."""
        for each, values in reversed(self.layers):
            if each == layer and name in values:
                return values[name]
        return None
