"""Packages are read without running them; what is none, or would cost, is refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from klardesk.otrs.inspect.findings import Level
from klardesk.otrs.inspect.run import Subjects, inspect
from klardesk.otrs.source.opm import read_opm
from klardesk.otrs.source.problems import CannotRead
from tests.otrs import homes

CODE = base64.b64encode(
    b"package Kernel::System::Own;\nif ( $Param{Pw} eq 'sesame-open' ) { return 1; }\n1;\n"
).decode()
OPM = f"""<?xml version="1.0" encoding="utf-8"?>
<otrs_package version="1.1">
    <Name>Own</Name><Version>1.2.3</Version><Vendor>Example Ltd.</Vendor><URL>https://example.org/</URL><License>AGPL 3</License>
    <Framework>6.5.x</Framework><Framework>7.0.x</Framework>
    <Filelist>
        <File Location="Kernel/System/Own.pm" Permission="660" Encode="Base64">{CODE}</File>
        <File Location="Kernel/System/Auth/DB.pm" Permission="660" Encode="Base64">eA==</File>
    </Filelist>
    <DatabaseInstall><TableCreate Name="own"><Column Name="id"/></TableCreate><Insert Table="valid"/></DatabaseInstall>
    <DatabaseUninstall><TableDrop Name="own"/></DatabaseUninstall>
    <CodeInstall><![CDATA[ system("id"); ]]></CodeInstall>
</otrs_package>
"""


def test_a_package_is_taken_apart() -> None:
    package = read_opm(OPM.encode(), "Own.opm")
    assert (package.name, package.version, package.vendor, package.license) == (
        "Own",
        "1.2.3",
        "Example Ltd.",
        "AGPL 3",
    )
    assert package.frameworks == ("6.5.x", "7.0.x")
    assert [file.path for file in package.files] == ["Kernel/System/Own.pm", "Kernel/System/Auth/DB.pm"]
    assert package.files[0].content.startswith(b"package Kernel::System::Own;")
    assert package.database == (
        ("DatabaseInstall", "TableCreate own"),
        ("DatabaseInstall", "Insert valid"),
        ("DatabaseUninstall", "TableDrop own"),
    )
    assert [phase for phase, _code in package.code] == ["CodeInstall"]


@pytest.mark.parametrize(
    "content",
    [b"", b"no xml", b"<html/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><otrs_package/>", b"\x00\xff\xfe", OPM.encode()[:400]],
)
def test_what_is_no_package_is_said(content: bytes) -> None:
    with pytest.raises(CannotRead, match="no-package"):
        read_opm(content, "x.opm")


def test_a_package_alone_can_be_inspected_before_it_is_installed(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "Own.opm"
    file.write_text(OPM, "utf-8")
    made = inspect(Subjects(home=file), at=homes.AT, data=homes.known(data))
    found = {(finding.code, finding.level) for finding in made.findings}
    assert ("packages.replaces", Level.MEDIUM) in found
    assert ("packages.sign", Level.HIGH) in found
    assert ("packages.database", Level.LOW) in found
    assert {finding.place.package for finding in made.findings} == {"Own"}
    assert "sesame-open" not in str(made.findings)
    assert [skipped.code for skipped in made.skipped if skipped.what == "release"] == ["no-installation"]
