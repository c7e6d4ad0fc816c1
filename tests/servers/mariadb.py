"""A MariaDB of its own, on a free port of loopback."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest


def _tool() -> ModuleType:
    """tools/mariadb.py, which the developers' tools share."""
    path = Path(__file__).resolve().parents[2] / "tools" / "mariadb.py"
    spec = importlib.util.spec_from_file_location("tools_mariadb", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = _tool()


@contextmanager
def running() -> Iterator:
    """A server for as long as the block lasts."""
    if tool.program() is None:
        pytest.skip("mariadb-server is not installed")
    server = tool.start(Path(tempfile.mkdtemp(prefix="klardesk-mariadb-")) / "server")
    try:
        yield server
    finally:
        server.stop()
        server.folder.parent.rmdir()
