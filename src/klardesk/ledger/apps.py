"""The ledger app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the ledger's own event kinds and checks."""

    name = "klardesk.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Register what happens to the ledger itself, and the check of the blobs."""
        from klardesk.ledger import events  # noqa: F401
        from klardesk.ledger.verify import register_verifier
        from klardesk.ledger.verify.blobs import changed_blobs

        register_verifier("blobs", changed_blobs)
