"""A Dovecot of its own, on free ports of loopback, for any number of accounts: the login is free, the password `secret`."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.servers import certificates, ports

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PASSWORD = "secret"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
imap_capability = {capability}
pop3_uidl_format = %g
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running server."""

    folder: Path
    imap: int
    imaps: int
    pop3: int
    pop3s: int
    certificate: Path
    process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def client(self, login: str) -> Iterator[IMAPClient]:
        """A client with INBOX open."""
        client = IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=20)
        try:
            client.login(login, PASSWORD)
            client.select_folder("INBOX")
            yield client
        finally:
            client.shutdown()

    def deliver(self, login: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into an account."""
        with self.client(login) as client:
            for mail in mails:
                client.append(folder, mail)

    def waiting(self, login: str, folder: str = "INBOX") -> list[bytes]:
        """The mails in an account's folder, in order."""
        with self.client(login) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def stop(self) -> None:
        """Stop it, as a machine that goes away."""
        if self.process is None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # open sessions outlive the master
        self.process.wait()
        self.process = None

    def begin(self) -> None:
        """Start it, again if need be."""
        assert PROGRAM is not None, "checked by running()"
        self.process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        for port in (self.imap, self.pop3):
            ports.wait_for(port)


@contextmanager
def running(*, idle: bool = True) -> Iterator[Dovecot]:
    """A server for this block; without IDLE if asked. Raises FileNotFoundError if Dovecot is not installed."""
    if PROGRAM is None:
        raise FileNotFoundError("dovecot is not installed")
    folder = Path(tempfile.mkdtemp(prefix="klardesk-dovecot-"))
    server = _prepared(folder, idle=idle)
    try:
        server.begin()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: Path, *, idle: bool) -> Dovecot:
    imap, imaps, pop3, pop3s = ports.free_ports(4)
    certificate, key = certificates.make(folder)
    user, group = _account()
    capability = "" if idle else "IMAP4rev1 UIDPLUS LITERAL+"
    values = {
        "folder": folder, "certificate": certificate, "key": key, "user": user, "group": group, "password": PASSWORD,
        "imap": imap, "imaps": imaps, "pop3": pop3, "pop3s": pop3s, "capability": capability,
    }  # fmt: skip
    (folder / "dovecot.conf").write_text(CONFIG.format(**values))
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
    if os.getuid() == 0:
        shutil.chown(folder / "mail", user, group)
        shutil.chown(folder / "home", user, group)
    folder.chmod(0o755)
    return Dovecot(folder, imap, imaps, pop3, pop3s, certificate)


def _account() -> tuple[str, str]:
    """Who the mails belong to: Dovecot refuses to serve the superuser's."""
    if os.getuid():
        return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    return "nobody", "nogroup"
