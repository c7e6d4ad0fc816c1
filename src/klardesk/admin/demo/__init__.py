"""A believable world to look at: `klardesk up --demo`. Never mixed with a real desk."""

from klardesk.admin.demo.fill import Login, NotEmpty, fill

__all__ = ["Login", "NotEmpty", "fill"]
