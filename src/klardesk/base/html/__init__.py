"""HTML that strangers wrote: made harmless for showing, or turned into readable text. Pure; knows no domain."""

from klardesk.base.html.plain import to_text
from klardesk.base.html.sanitise import VERSION, clean, content_ids, has_remote_content, present

__all__ = ["VERSION", "clean", "content_ids", "has_remote_content", "present", "to_text"]
