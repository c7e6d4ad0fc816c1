"""`klardesk verify`: was anything altered since? Chains, seals, guards, and what other domains register."""

from klardesk.ledger.verify.report import Finding, Report
from klardesk.ledger.verify.run import register_verifier, verify

__all__ = ["Finding", "Report", "register_verifier", "verify"]
