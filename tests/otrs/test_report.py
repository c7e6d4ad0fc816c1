"""The report: by its schema, the same bytes for the same input, in both languages, without secrets, signed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import html5lib
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.report import html, pdf, sarif
from klardesk.otrs.inspect.report.signature import signed, state_of
from klardesk.otrs.inspect.report.values import as_json, values_of
from klardesk.otrs.source.problems import CannotRead
from tests.otrs import homes
from tests.otrs.schema import flaws

SCHEMA = json.loads((Path(html.__file__).parent / "schema.json").read_text("utf-8"))
SECRETS = ("Tr0ub4dor", "open-sesame-7", "hunter2222")


def _altered(tmp_path: Path, data: Path) -> Inspection:
    files = homes.installed()
    files["Kernel/System/Auth/DB.pm"] += f"sub X {{ return 1 if $Param{{Pw}} eq '{SECRETS[1]}'; }}\n1;\n".encode()
    config = files["Kernel/Config.pm"].replace(b"kX9-long-and-odd", SECRETS[0][:7].encode())
    names = ("SOAP::Password", "SendmailModule::AuthPassword")
    extra = "".join(f"$Self->{{'{name}'}} = '{SECRETS[2]}';\n" for name in names) + "    return 1;"
    files["Kernel/Config.pm"] = config.replace(b"return 1;", extra.encode())
    files["RELEASE"] = b"PRODUCT = <b>Znuny</b>\nVERSION = 7.0.1\n"
    files["var/cron/own"] = f"* * * * * /usr/bin/mysql -p{SECRETS[2]} x\n".encode()
    files["Kernel/System/<img src=x>.pm"] = b"package X;\n1;\n"
    for number in range(30):
        files[f"Kernel/System/Own{number:02d}.pm"] = b"package X;\nsystem('id');\n1;\n"
    return homes.look(homes.unpack(tmp_path / "home", files), data)


@pytest.fixture
def inspection(tmp_path: Path, data: Path) -> Inspection:
    return _altered(tmp_path, data)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_json_is_as_its_schema_says(inspection: Inspection, language: str) -> None:
    values = json.loads(as_json(values_of(inspection, language)))
    assert flaws(values, SCHEMA) == []
    assert len(values["findings"]) == len(inspection.findings) > 50


def test_the_schema_is_strict(inspection: Inspection) -> None:
    values = json.loads(as_json(values_of(inspection, "en")))
    values["findings"][0]["level"] = "dreadful"
    values["more"] = 1
    assert len(flaws(values, SCHEMA)) == 2


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, data: Path, inspection: Inspection, language: str) -> None:
    again = _altered(tmp_path, data)
    first, second = values_of(inspection, language), values_of(again, language)
    assert as_json(first) == as_json(second)
    assert html.as_html(first) == html.as_html(second)
    assert sarif.as_sarif(first) == sarif.as_sarif(second)


def test_no_secret_is_printed(inspection: Inspection) -> None:
    values = values_of(inspection, "en")
    for text in (as_json(values), html.as_html(values), sarif.as_sarif(values)):
        assert [secret for secret in (*SECRETS[1:], SECRETS[0][:7]) if secret in text] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_stands_alone(inspection: Inspection, language: str) -> None:
    page = html.as_html(values_of(inspection, language))
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert document.get("lang") == language
    assert [
        element.tag for element in document.iter() if element.tag in {"script", "img", "link", "iframe", "form"}
    ] == []
    assert [
        element for element in document.iter() if element.get("style") or element.get("src") or element.get("href")
    ] == []
    assert "<img src=x>" not in page
    assert "default-src 'none'" in page


def test_the_report_speaks_german(inspection: Inspection) -> None:
    page = html.as_html(values_of(inspection, "de"))
    assert "Die fünf schlimmsten" in page
    assert "wurde geändert; sie entscheidet, wer hereinkommt" in page


def test_the_worst_are_five_of_different_kinds(inspection: Inspection) -> None:
    values = values_of(inspection, "en")
    worst = [values["findings"][index] for index in values["verdict"]["worst"]]
    assert len({finding["code"] for finding in worst}) == 5
    assert values["verdict"]["level"] == "high"


def test_sarif_names_rules_and_places(inspection: Inspection) -> None:
    log: dict[str, Any] = json.loads(sarif.as_sarif(values_of(inspection, "en")))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}
    login = next(result for result in run["results"] if result["ruleId"] == "code.login")
    assert login["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Kernel/System/Auth/DB.pm"
    assert login["locations"][0]["physicalLocation"]["region"]["startLine"] > 1


def _signer() -> tuple[Ed25519PrivateKey, Any]:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    return key, lambda message: (key.public_key().public_bytes_raw().hex(), key.sign(message).hex())


def test_a_signed_report_is_verified_and_an_altered_one_is_not(inspection: Inspection) -> None:
    key, signer = _signer()
    text = as_json(signed(values_of(inspection, "en"), signer))
    assert flaws(json.loads(text), SCHEMA) == []
    assert state_of(text) == ("signed", key.public_key().public_bytes_raw().hex())
    assert state_of(text.replace('"level": "high"', '"level": "low"', 1))[0] == "altered"
    assert state_of(as_json(values_of(inspection, "en")))[0] == "unsigned"
    assert state_of("[]")[0] == state_of("{")[0] == "no-report"


def test_an_unsigned_report_says_so(inspection: Inspection) -> None:
    values = values_of(inspection, "en")
    assert "not signed" in html.as_html(values)
    assert "Signed with" in html.as_html(signed(values, _signer()[1]))


def test_a_pdf_has_the_same_bytes_again(inspection: Inspection) -> None:
    page = html.as_html(values_of(inspection, "de"))
    first = pdf.as_pdf(page)
    assert first.startswith(b"%PDF-")
    assert first == pdf.as_pdf(page)


def test_without_weasyprint_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(CannotRead, match="no-weasyprint"):
        pdf.as_pdf("<p>x</p>")
