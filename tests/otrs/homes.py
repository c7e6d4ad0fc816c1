"""Installations made by the tests: a small release, packed as a maker packs it, learned, unpacked, and then tampered with."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.learn import learn
from klardesk.otrs.inspect.releases import load
from klardesk.otrs.inspect.run import Known, Subjects, inspect, load_data

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
VERSION, OLDER = "77.1.2", "77.1.1"


def _module(name: str, version: str) -> str:
    words = name.removesuffix(".pm").replace("/", "::")
    return f"""# --
# Copyright of nobody
# --

package {words};

use strict;
use warnings;

our @ObjectDependencies = ('Kernel::System::DB');

=head1 NAME

{words} - a module of release {version}

=cut

sub new {{
    my ( $Type, %Param ) = @_;

    # allocate
    my $Self = {{}};
    return bless( $Self, $Type );
}}

sub Value {{
    my ( $Self, %Param ) = @_;
    return if !$Param{{UserID}};
    return '{words}';
}}

1;
"""


AUTH = """package Kernel::System::Auth::DB;

use strict;
use warnings;

sub Auth {
    my ( $Self, %Param ) = @_;

    # check needed stuff
    return if !$Param{User};
    return if !$Param{Pw};

    my $Stored = $Self->Lookup( User => $Param{User} );
    return if !defined $Stored;
    return if $Stored ne $Self->Hash( Pw => $Param{Pw} );
    return $Param{User};
}

1;
"""
PERMISSION = """package Kernel::System::Ticket::Permission;

use strict;
use warnings;

sub TicketPermission {
    my ( $Self, %Param ) = @_;

    # check rights
    return if !$Param{UserID};
    return $Self->Groups( UserID => $Param{UserID} )->{ $Param{Type} };
}

1;
"""
SENDMAIL = """package Kernel::System::Email::Sendmail;

use strict;
use warnings;

sub Send {
    my ( $Self, %Param ) = @_;
    open( my $Out, '|-', '/usr/sbin/sendmail', '-i' ) || return;
    print $Out $Param{Body};
    return close $Out;
}

1;
"""


def release(version: str = VERSION) -> dict[str, bytes]:
    """The files of the small release, without RELEASE and ARCHIVE."""
    texts: dict[str, str] = {
        "Kernel/System/Auth/DB.pm": AUTH,
        "Kernel/System/Ticket/Permission.pm": PERMISSION,
        "Kernel/System/Email/Sendmail.pm": SENDMAIL,
        "Kernel/Config/Defaults.pm": _module("Kernel/Config/Defaults.pm", version),
        "bin/otrs.Console.pl": f"#!/usr/bin/perl\nuse strict;\n# {version}\nprint 'console';\n",
        "bin/cgi-bin/index.pl": "#!/usr/bin/perl\nuse strict;\nuse Kernel::System::Web::InterfaceAgent;\n",
        "scripts/DBUpdate.pl": f"#!/usr/bin/perl\nuse strict;\nprint '{version}';\n",
        "scripts/database/schema.xml": f"<database Name='x'>\n<!-- {version} -->\n</database>\n",
        "scripts/apache2-httpd.include.conf": "# for the web server\nAlias /otrs-web/ /x/\n",
        "var/cron/daemon.dist": "# keep the daemon alive\n*/5 * * * * $HOME/bin/otrs.Daemon.pl start > /dev/null\n",
        "Custom/README": "put own files here\n",
    }
    for number in range(20):
        texts[f"Kernel/System/Part{number:02d}.pm"] = _module(
            f"Kernel/System/Part{number:02d}.pm", version if number % 4 == 0 else "77"
        )
        texts[f"Kernel/Modules/Agent{number:02d}.pm"] = _module(f"Kernel/Modules/Agent{number:02d}.pm", "77")
    for number in range(8):
        texts[f"Kernel/Output/HTML/Templates/Standard/Screen{number}.tt"] = (
            f"<h1>[% Translate('Screen {number}') | html %]</h1>\n<p>{version}</p>\n"
        )
        texts[f"Kernel/Language/l{number}.pm"] = (
            f"package Kernel::Language::l{number};\nuse utf8;\nsub Data {{ return 1; }}\n1;\n"
        )
        texts[f"var/httpd/htdocs/js/Core{number}.js"] = (
            f'"use strict";\n// part {number}\nvar Core = {{}};\nCore.Value = function () {{ return {number}; }};\n'
        )
        texts[f"var/httpd/htdocs/skins/Agent/default/css/Core{number}.css"] = (
            f"/* {number} */\nbody {{ margin: {number}px; }}\n"
        )
        texts[f"scripts/test/Part{number}.t"] = f"use strict;\nuse warnings;\n# test {number}\n1;\n"
    return {path: text.encode() for path, text in sorted(texts.items())}


def beside(files: Mapping[str, bytes], version: str = VERSION) -> dict[str, bytes]:
    """RELEASE, CHANGES and ARCHIVE, as the maker packs them."""
    archive = "".join(
        f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}::{path}\n" for path, content in files.items()
    )
    return {
        "RELEASE": f"PRODUCT = Znuny\nVERSION = {version}\nBUILDDATE = today\n".encode(),
        "CHANGES.md": f"# {version} 2026-01-01\n - Fixed: this.\n".encode(),
        "ARCHIVE": archive.encode(),
    }


def pack(target: Path, files: Mapping[str, bytes], top: str = "znuny/", modes: Mapping[str, int] | None = None) -> Path:
    """A tar archive; how it is packed follows from the name's ending."""
    packing = {".gz": "w:gz", ".xz": "w:xz", ".bz2": "w:bz2"}.get(target.suffix, "w")
    with tarfile.open(target, packing) as archive:  # type: ignore[call-overload]
        for path, content in files.items():
            member = tarfile.TarInfo(f"{top}{path}")
            member.size, member.mode = len(content), (modes or {}).get(path, 0o644)
            archive.addfile(member, io.BytesIO(content))
    return target


def unpack(target: Path, files: Mapping[str, bytes]) -> Path:
    """The same as a directory."""
    for path, content in files.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o644)
    return target


def learned(folder: Path, *versions: str) -> Path:
    """A data file that knows these versions of the small release, as official archives of Znuny."""
    data = folder / "learned.jsonl"
    for version in versions or (VERSION, OLDER):
        files = release(version)
        archive = pack(folder / f"znuny-{version}.tar.gz", {**files, **beside(files, version)})
        learn(archive, data, load([data] if data.exists() else []), date="2026-01-01")
    return data


def installed(version: str = VERSION) -> dict[str, bytes]:
    """An untouched installation: the release, and what each site has of its own."""
    files = release(version)
    config = """package Kernel::Config;
use strict;
sub Load {
    my $Self = shift;
    $Self->{DatabaseHost} = '127.0.0.1';
    $Self->{Database}     = 'znuny';
    $Self->{DatabaseUser} = 'znuny';
    $Self->{DatabasePw}   = 'kX9-long-and-odd';
    $Self->{Home}         = '/opt/otrs';
    return 1;
}
1;
"""
    deployed = """package Kernel::Config::Files::ZZZAAuto;
use strict;
sub Load {
    my ($File, $Self) = @_;
$Self->{'SecureMode'} =  '1';
$Self->{'HttpType'} =  'https';
$Self->{'FQDN'} =  'help.example.org';
    return;
}
1;
"""
    own = {
        "Kernel/Config.pm": config.encode(),
        "Kernel/Config/Files/ZZZAAuto.pm": deployed.encode(),
        "var/cron/daemon": files["var/cron/daemon.dist"],
    }
    return {**files, **beside(files, version), **own}


@cache
def known(data: Path) -> Known:
    """The data with the small release, loaded once."""
    return load_data([data])


def look(home: Path, data: Path) -> Inspection:
    """Inspect a home with this data, at a fixed time."""
    return inspect(Subjects(home=home), at=AT, data=known(data))
