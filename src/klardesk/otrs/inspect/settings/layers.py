"""The layers of settings that lie in files, in the order in which the product reads them."""

from __future__ import annotations

from collections.abc import Callable

from klardesk.otrs.inspect.findings import Place
from klardesk.otrs.inspect.settings import Layer, Settings, SettingValue
from klardesk.otrs.inspect.settings.assignments import read
from klardesk.otrs.source.home import Home
from klardesk.otrs.source.problems import CannotRead

FOLDER = "Kernel/Config/Files/"
DEPLOYED = ("ZZZAAuto.pm", "ZZZAuto.pm")
OWN = frozenset({*DEPLOYED, "ZZZACL.pm", "ZZZProcessManagement.pm", "ZZZCustomerUser.pm", "ZZZOAuth2.pm"})
"""Files of the folder that the product itself writes."""


def settings_files(home: Home) -> list[tuple[str, Layer]]:
    """The files in the order in which later ones win: deployed, other ones by name, Config.pm at last."""
    inner = sorted(path for path in home.files if path.startswith(FOLDER) and path.endswith(".pm"))
    inner = [path for path in inner if "/" not in path.removeprefix(FOLDER)]
    deployed = [f"{FOLDER}{name}" for name in DEPLOYED if f"{FOLDER}{name}" in inner]
    others = [path for path in inner if path not in deployed]
    layers = [*((path, Layer.AUTO) for path in deployed), *((path, Layer.FILES) for path in others)]
    return [*layers, *([("Kernel/Config.pm", Layer.CONFIG)] if home.has("Kernel/Config.pm") else [])]


def add_layers(settings: Settings, home: Home, skip: Callable[[str, CannotRead], None]) -> int:
    """Add a layer for each file; returns how many. A file that cannot be read is told to `skip`."""
    known: dict[str, SettingValue] = {"Home": "/opt/otrs"}
    count = 0
    for path, layer in settings_files(home):
        try:
            assigned = read(home.text(path), known)
        except CannotRead as problem:
            skip(path, problem)
            continue
        places = {name: Place(file=path, line=line, setting=name) for name, line in assigned.lines.items()}
        settings.add_layer(layer, assigned.values, places)
        known.update(assigned.values)
        count += 1
    return count
