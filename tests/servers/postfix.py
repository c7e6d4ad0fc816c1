"""A Postfix of its own, in a directory of its own, on a free port of loopback. Needs root, as Postfix does.

Mail to an address of `mailboxes` goes into a Maildir, which a Dovecot may serve; nothing else is taken.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers import ports

MASTER = Path("/usr/lib/postfix/sbin/master")
CAN_RUN = MASTER.exists() and os.getuid() == 0
CONFIG = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/state
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = postfix.example
mydestination =
alias_maps =
alias_database =
relay_domains =
default_transport = error:nothing leaves this machine
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{folder}/config/mailboxes
virtual_mailbox_base = {maildirs}
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = none
smtpd_peername_lookup = no
in_flow_delay = 0
"""
SERVICES = """
127.0.0.1:{port} inet n - n - 200 smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - 20 virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "saved", "trace")


@dataclass
class Postfix:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As for KLARDESK_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def waiting(self) -> int:
        """How many mails it has taken and not yet delivered."""
        found = 0
        for queue in ("incoming", "active", "deferred", "maildrop"):
            found += sum(path.is_file() for path in (self.folder / "queue" / queue).rglob("*"))
        return found

    def said(self) -> str:
        """Its log."""
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def stop(self) -> None:
        """Stop it and all its daemons."""
        if self.process is None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


@contextmanager
def running(mailboxes: Mapping[str, str], maildirs: Path) -> Iterator[Postfix]:
    """A server for this block. `mailboxes` are folders in `maildirs` by address; `@domain` takes all of a domain.

    The mails belong to the owner of `maildirs`. Raises FileNotFoundError if Postfix cannot be run here.
    """
    if not CAN_RUN:
        raise FileNotFoundError("Postfix is not installed (Debian package postfix), or this is not root")
    folder = Path(tempfile.mkdtemp(prefix="klardesk-postfix-"))
    server = Postfix(folder, ports.free_ports(1)[0])
    try:
        _prepare(server, mailboxes, maildirs)
        server.process = subprocess.Popen(
            [MASTER, "-c", str(folder / "config"), "-d"], env={"PATH": os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            ports.wait_for(server.port)
        except TimeoutError as error:
            raise RuntimeError(f"Postfix did not start: {server.said()}") from error
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(server: Postfix, mailboxes: Mapping[str, str], maildirs: Path) -> None:
    folder, owner = server.folder, maildirs.stat()
    folder.chmod(0o755)
    for name in ("config", "queue", "state"):
        (folder / name).mkdir()
    values = {
        "folder": folder, "maildirs": maildirs, "user": owner.st_uid, "group": owner.st_gid, "port": server.port,
        "domains": " ".join(sorted({address.rpartition("@")[2] for address in mailboxes})),
    }  # fmt: skip
    (folder / "config" / "main.cf").write_text(CONFIG.format(**values))
    (folder / "config" / "master.cf").write_text(SERVICES.format(**values))
    lines = [f"{address} {place}/" for address, place in mailboxes.items()]
    (folder / "config" / "mailboxes").write_text("\n".join([*lines, ""]))
    mail_owner, postdrop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    os.chown(folder / "state", mail_owner, -1)
    for name in (*_QUEUES, "private"):
        (folder / "queue" / name).mkdir(mode=0o700)
        os.chown(folder / "queue" / name, mail_owner, -1)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        (folder / "queue" / name).mkdir()
        os.chown(folder / "queue" / name, mail_owner, postdrop)
        (folder / "queue" / name).chmod(mode)
    (folder / "queue" / "pid").mkdir(mode=0o755)
