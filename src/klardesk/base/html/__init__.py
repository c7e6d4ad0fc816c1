"""HTML that strangers wrote: made harmless for showing, or turned into readable text. Pure; knows no domain."""

from klardesk.base.html.plain import to_text
from klardesk.base.html.sanitise import clean, has_remote_content

__all__ = ["clean", "has_remote_content", "to_text"]
