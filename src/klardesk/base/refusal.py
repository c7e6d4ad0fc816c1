"""The refusal that every room's policy raises; pages answer it with 403 and its sentence."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied


class Refused(PermissionDenied):
    """The actor lacks a right. The sentence says which, for a person (design, rule 12). Nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
