"""Forms of access: input to clean values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy


class NameForm(forms.Form):
    """A group or a role to be."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    comment = forms.CharField(
        label=gettext_lazy("Comment"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ValidNameForm(NameForm):
    """A group or a role that is there already."""

    valid = forms.BooleanField(
        label=gettext_lazy("Valid"),
        required=False,
        help_text=gettext_lazy("Rights through something invalid do not count."),
    )
    factor_required = forms.BooleanField(
        label=gettext_lazy("Members need a second factor"),
        required=False,
        help_text=gettext_lazy(
            "Agents with the role, or with any right on the group. Who has none sets it up at the next log-in, before anything "
            "else."
        ),
    )


@dataclass(frozen=True, slots=True)
class RowInput:
    """What a row of a matrix was when the page was made, and what it is to be."""

    row: int
    was: frozenset[str]
    wanted: frozenset[str]

    def applied_to(self, held: frozenset[str]) -> frozenset[str]:
        """`held` with what was ticked added and what was unticked taken; what others changed meanwhile stays."""
        return (held | (self.wanted - self.was)) - (self.was - self.wanted)


def rows_of(posted: QueryDict) -> list[int]:
    """The rows a posted table speaks of, at most 500; what is no number of a row is left out."""
    texts = [text for text in posted.getlist("row") if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(int(text) for text in texts))[:500]


def read_matrix(posted: QueryDict, rows: Iterable[int], rights: Iterable[str]) -> list[RowInput]:
    """The rows of a posted matrix that changed, of those that may be changed; unknown rows and rights are left out."""
    offered, allowed = frozenset(rights), frozenset(rows)
    read = [
        RowInput(
            row,
            frozenset(posted.get(f"was-{row}", "").split(",")) & offered,
            frozenset(posted.getlist(f"right-{row}")) & offered,
        )
        for row in rows_of(posted)
        if row in allowed
    ]
    return [each for each in read if each.was != each.wanted]
