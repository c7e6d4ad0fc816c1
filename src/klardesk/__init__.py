"""Klardesk: a service desk whose owner can prove that nothing was lost, altered, leaked or locked in."""

__version__ = "0.1.0.dev0"
