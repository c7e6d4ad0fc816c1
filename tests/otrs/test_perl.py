"""Settings in Perl are read as data and never run; whatever is no data is unknown, and no text breaks the reader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.otrs.inspect.settings import INACTIVE
from klardesk.otrs.inspect.settings.assignments import read
from klardesk.otrs.inspect.settings.perl import UNKNOWN


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", UNKNOWN),
        (r"'it\'s \n'", r"it's \n"),
        (r'"tab\there \x41 \$x"', "tab\there A $x"),
        ('"$ENV{HOME}/x"', UNKNOWN),
        ('"$Self->{Home}/var"', "/opt/otrs/var"),
        ("q{a {b} c}", "a {b} c"),
        ("[ qw(a b), 'c' ]", ["a", "b", "c"]),
        ("('a')", "a"),
        ("{ A => ';', B => '}' }", {"A": ";", "B": "}"}),
        ("1_000", "1000"),
        ("-5", "-5"),
        ("undef", None),
        ("{ A => 1, 'B' => [ 2, { C => undef } ], }", {"A": "1", "B": ["2", {"C": None}]}),
        ("'a' . 'b' . $Self->{Home}", "ab/opt/otrs"),
        ("sub { return 1; }", UNKNOWN),
        ("time() + 5", UNKNOWN),
        ("$x ? 1 : 2", UNKNOWN),
        ("<<'END'\na $b\nEND\n", "a $b\n"),
        ("{ A => sub { return { x => 1 } }, B => 2 }", {"A": UNKNOWN, "B": "2"}),
    ],
)
def test_a_value(text: str, value: Any) -> None:
    mark = text.partition("\n")
    statement = f"$Self->{{X}} = {mark[0]};\n{mark[2]}$Self->{{After}} = 1;"
    found = read(statement, {"Home": "/opt/otrs"})
    assert found.values["X"] == value
    assert found.values["After"] == "1"


def test_parts_lines_conditions_and_deletions() -> None:
    text = """package Kernel::Config;
# $Self->{Commented} = 1;
=head1 $Self->{Pod} = 1;

=cut
sub Load {
    my $Self = shift;
    $Self->{A}->{B} = { C => 1 };
    $Self->{A}{D} = 2;
    delete $Self->{'A'}->{'E'};
    if ($x) {
        $Self->{Maybe} = 1;
    }
    $Self->{Also} = 1 if $y;
    push @{ $Self->{List} }, 'x';
}
"""
    found = read(text)
    assert found.values["A###B"] == {"C": "1"}
    assert found.values["A###D"] == "2"
    assert found.values["A###E"] is INACTIVE
    assert found.values["List"] == UNKNOWN
    assert found.uncertain == {"Maybe", "Also"}
    assert found.lines["A###B"] == 8
    assert "Commented" not in found.values
    assert "Pod" not in found.values


def test_the_last_assignment_counts() -> None:
    assert read("$Self->{A} = 1; $Self->{A} = 2;").values["A"] == "2"


words = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)
data = st.recursive(
    words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)


def _perl(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, list):
        return "[ " + ", ".join(map(_perl, value)) + " ]"
    return "{ " + ", ".join(f"{_perl(key)} => {_perl(each)}" for key, each in value.items()) + " }"


@given(data)
def test_what_is_written_as_data_is_read_as_it_was(value: Any) -> None:
    assert read(f"$Self->{{X}} = {_perl(value)};").values["X"] == value


@given(st.text(alphabet="${}[]()<>'\"=;,.-> \n#qwAB1\\_", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read("$Self->{X} = " + text)


def test_deep_nesting_is_unknown_and_not_an_error() -> None:
    read("$Self->{X} = " + "[" * 5000 + "]" * 5000 + ";")
