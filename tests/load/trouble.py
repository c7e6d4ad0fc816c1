"""What goes wrong besides the network: killed processes, a database server that goes away, a competing writer."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from tests.servers.desk import Desk
from tests.servers.faults import Proxy, Storm


@dataclass(frozen=True, slots=True)
class Scene:
    """What can be hit. `database` is PostgreSQL's address past the proxy, or empty for SQLite."""

    desk: Desk
    storm: Storm
    proxies: dict[str, Proxy]
    database: str
    restart: Callable[[], None] | None
    longest_lock: float


class Trouble(threading.Thread):
    """Does something bad `most` times, after pauses of up to `pause` seconds, until `finish` is called."""

    def __init__(self, scene: Scene, seed: int, pause: float, most: int) -> None:
        super().__init__(name="trouble", daemon=True)
        self._left = most
        self._scene, self._chance, self._pause = scene, random.Random(seed + 1), pause
        self._end = threading.Event()
        self.counts: Counter[str] = Counter()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Until told to end; the desk is running then, or being started."""
        deeds = {self._kill: 10, self._kill_all: 1, self._outage: 4}
        if self._scene.database:
            deeds |= {self._terminate: 4} | ({self._restart: 1} if self._scene.restart else {})
        else:
            deeds |= {self._lock: 4}
        try:
            while not self._end.wait(self._chance.uniform(self._pause / 5, self._pause)):
                self._keep_up()
                if self._left and self._scene.desk.pids("fetcher"):  # the last one to be started: the desk is at work
                    self._left -= 1
                    self._chance.choices(list(deeds), list(deeds.values()))[0]()
            self._keep_up()
        except BaseException as error:
            self.error = error
            raise

    def finish(self) -> None:
        """End, and raise what this thread raised."""
        self._end.set()
        self.join(120)
        if self.error is not None:
            raise self.error

    def _keep_up(self) -> None:
        """As the machine's service manager: a `klardesk up` that ended is started again."""
        desk = self._scene.desk
        if desk.process is not None and desk.process.poll() is not None:
            self.counts["start"] += 1
            desk.start(ready=False)

    def _kill(self) -> None:
        word = self._chance.choice(("worker", "worker", "fetcher", "web"))
        if self._scene.desk.kill(word):
            self.counts["kill"] += 1

    def _kill_all(self) -> None:
        """The parent of all; its children end by themselves."""
        self._scene.desk.kill_up()
        self.counts["kill"] += 1

    def _outage(self) -> None:
        proxy = self._chance.choice(list(self._scene.proxies.values()))
        self._scene.storm.outage(proxy, self._chance.uniform(0.2, 4))

    def _terminate(self) -> None:
        """Some backends of the desk, as an administrator of the database would."""
        sql = (
            "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT %s) chosen"
        )
        with psycopg.connect(self._scene.database, autocommit=True) as server:
            [(count,)] = server.execute(sql, [self._chance.randrange(1, 8)]).fetchall()
        self.counts["terminated backend"] += count

    def _restart(self) -> None:
        """The whole server, without a shutdown: it recovers from its log."""
        assert self._scene.restart is not None
        self._scene.restart()
        self.counts["restart"] += 1

    def _lock(self) -> None:
        """Another writer that does not let go."""
        with sqlite3.connect(self._scene.desk.data / "klardesk.sqlite3", timeout=20, isolation_level=None) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(self._chance.uniform(0.5, self._scene.longest_lock))
                other.execute("ROLLBACK")
                self.counts["lock"] += 1
            except sqlite3.OperationalError:
                return  # the desk was faster
        other.close()


def names(counts: Counter[str]) -> str:
    """Counts as a person reads them."""
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in sorted(counts.items()))
