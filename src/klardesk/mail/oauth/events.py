"""What happens to connections with mail providers."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.ledger import event


@event("mail.oauth_signed_in", en="signed in at {name}", de="angemeldet bei {name}")
@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person signed in at a provider; the desk has tokens."""

    name: str
