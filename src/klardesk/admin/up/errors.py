"""Why a desk cannot start."""


class CannotStart(Exception):
    """The start is not possible; the message is one line that names what is wrong and the mend. Nothing was changed."""
