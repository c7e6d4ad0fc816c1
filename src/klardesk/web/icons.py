"""The names of the icons in the sprite. `tools/build_icons.py` builds `static/web/icons.svg` from this list."""

from __future__ import annotations

ICONS: tuple[str, ...] = (
    "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "arrow-up-down", "at-sign", "bell", "bell-off",
    "bookmark", "book-open", "bot", "building-2", "calendar", "check", "chevron-down", "chevron-left", "chevron-right",
    "chevron-up", "chevrons-left", "chevrons-right", "circle", "circle-alert", "circle-check", "circle-dot", "circle-help",
    "circle-x", "clock", "copy", "corner-up-left", "corner-up-right", "database", "download", "ellipsis",
    "ellipsis-vertical", "external-link", "eye", "eye-off", "file", "file-text", "flag", "folder", "folder-open",
    "folder-tree", "forward", "funnel", "gauge", "hourglass", "house", "image", "inbox", "info", "key-round", "languages",
    "layers", "link", "list", "loader-circle", "lock", "lock-open", "log-in", "log-out", "mail", "mail-open", "mail-plus",
    "mail-warning", "menu", "merge", "message-square", "message-square-lock", "message-square-plus", "minus", "monitor",
    "moon", "paperclip", "pencil", "phone", "phone-incoming", "phone-outgoing", "plus", "printer", "quote", "refresh-cw",
    "reply", "reply-all", "rotate-ccw", "rows-2", "rows-3", "rows-4", "save", "search", "send", "server", "settings",
    "shield-alert", "shield-check", "sliders-horizontal", "split", "star", "sticky-note", "sun", "tag", "ticket", "timer",
    "trash-2", "triangle-alert", "undo-2", "unlink", "upload", "user", "user-check", "user-cog", "user-plus", "users", "x",
)  # fmt: skip
