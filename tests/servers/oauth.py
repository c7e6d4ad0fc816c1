"""An OAuth 2 provider on this machine: it checks the grant, PKCE and secret, and fails as a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SECRET = "client-secret"


@dataclass
class Provider:
    """What was asked, and what is answered."""

    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    challenges: dict[str, str] = field(default_factory=dict)
    """PKCE challenges by code."""
    refuse: str = ""
    redirect_to: str = ""
    seconds: int = 3600

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, url: str) -> str:
        """What a person does on the provider's page; the query with which the browser comes back."""
        query = dict(parse_qsl(urlsplit(url).query))
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = query["code_challenge"]
        return f"?code={code}&state={query['state']}"

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to a request for a token."""
        self.asked.append(form)
        if self.refuse or form.get("client_secret") != SECRET:
            return 400, {"error": self.refuse or "invalid_client", "error_description": "no"}
        if form["grant_type"] == "authorization_code" and not self._proves(form):
            return 400, {"error": "invalid_grant"}
        number = len(self.asked)
        told = {"access_token": f"token-{number}", "expires_in": self.seconds, "token_type": "Bearer"}
        return 200, told | ({"refresh_token": "refresh-1"} if form["grant_type"] == "authorization_code" else {})

    def _proves(self, form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return self.challenges.pop(form.get("code", ""), "") == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[Provider]:
    """A provider for this block."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if provider.redirect_to:
                self.send_response(307)
                self.send_header("Location", provider.redirect_to)
                self.end_headers()
                return
            status, told = provider.answer(dict(parse_qsl(body)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
