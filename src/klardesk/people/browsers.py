"""What a browser says of itself, as a person would say it: `Firefox, Windows`."""

from __future__ import annotations

BROWSERS = (
    ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
"""The first that occurs counts: most browsers also name those that they want to be taken for."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(said: str) -> str:
    """Browser and system; what is unknown is left out, and words that name neither stand as they are."""
    found = [next((name for mark, name in table if mark in said), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or said
