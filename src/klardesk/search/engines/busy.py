"""What an engine says when others are at work."""


class Busy(Exception):
    """Documents are being written: try again."""
