"""Samples of signed and encrypted mail, certificates and keys: is each worth what its description proves?

A sample that the desk cannot judge is a failure with its reason, never a pass.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from cryptography.utils import CryptographyDeprecationWarning

from klardesk.base import clock
from klardesk.mail.crypto.certificates import (
    Certificate,
    NoKey,
    PrivateKey,
    WrongPassphrase,
    read_certificates,
    read_private_key,
)
from klardesk.mail.crypto.smime import decrypt, verify
from klardesk.mail.crypto.verdict import CannotDecrypt, Signature
from klardesk.mail.parse import parse
from tests.oracles import openpgp
from tests.oracles.result import Result

Difference = str
WHEN_IT_WAS_SENT = datetime(2016, 5, 24, 12, tzinfo=UTC)
"""The signer's certificate has expired since."""


def run(folder: Path) -> Result:
    """Judge every sample of `folder`/crypto/samples.json."""
    passed, failures = 0, []
    for case, difference in comparisons(folder):
        if difference:
            failures.append(f"{case}: {difference}")
        else:
            passed += 1
    return Result("crypto", passed, len(failures), 0, failures)


def comparisons(folder: Path) -> Iterator[tuple[str, Difference]]:
    """Every sample's id with its difference, or empty."""
    base = folder / "crypto"
    for sample in json.loads((base / "samples.json").read_text(encoding="utf-8")):
        judge = JUDGES.get(sample["kind"])
        try:
            with warnings.catch_warnings(action="ignore", category=CryptographyDeprecationWarning):
                difference = judge(base, sample) if judge else f"no judge: the desk reads no {sample['kind']} yet"
        except (NoKey, CannotDecrypt) as error:
            difference = f"{type(error).__name__}: {error}"
        yield sample["id"], difference


def _plain(base: Path, sample: dict[str, Any]) -> Difference:
    content = (base / sample["file"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != sample["sha256"]:
        return "the file is another one"
    try:
        read_certificates(content)
    except NoKey:
        return ""
    return "a document was taken for a certificate"


def _certificate(base: Path, sample: dict[str, Any]) -> Difference:
    (found,) = read_certificates((base / sample["file"]).read_bytes())
    facts = _values(sample["facts"])
    expected = {
        "addresses": {each.lower() for each in sample["facts"] if "@" in each and "=" not in each},
        "from": parsedate_to_datetime(_rfc_date(facts["notBefore"])),
        "to": parsedate_to_datetime(_rfc_date(facts["notAfter"])),
        "sha1": facts["SHA1 Fingerprint"].replace(":", "").lower(),
        "pairs": dict.fromkeys(sample["pairs_with"], True),
    }
    seen = {
        "addresses": set(found.addresses),
        "from": found.not_before,
        "to": found.not_after,
        "sha1": hashlib.sha1(ssl.PEM_cert_to_DER_cert(found.pem), usedforsecurity=False).hexdigest(),
        "pairs": {each: _public_key(base, each) == found.public_key for each in sample["pairs_with"]},
    }
    return "" if seen == expected else f"expected {expected}, got {seen}"


def _private_key(base: Path, sample: dict[str, Any]) -> Difference:
    content = (base / sample["file"]).read_bytes()
    protected = not _opens(content, "")
    if protected != sample["encrypted"]:
        return f"protected: expected {sample['encrypted']}, got {protected}"
    opened = _opens(content, _passphrase(base / sample["passphrase_file"]))
    if opened != sample["passphrase_opens_key"]:
        return f"opened by its passphrase: expected {sample['passphrase_opens_key']}, got {opened}"
    return ""


def _bundle(base: Path, sample: dict[str, Any]) -> Difference:
    found = read_certificates((base / sample["file"]).read_bytes())
    return _same_as_alone(base, sample, found)


def _pkcs12(base: Path, sample: dict[str, Any]) -> Difference:
    content = (base / sample["file"]).read_bytes()
    passphrase = next((each for each in _passphrases(base) if _opens(content, each)), None)
    if passphrase is None:
        return "no passphrase of the samples opens it"
    found = read_certificates(content, passphrase)
    if read_private_key(content, passphrase).public_key != found[0].public_key:
        return "its key is not that of its first certificate"
    return _same_as_alone(base, sample, found)


def _passphrase_file(base: Path, sample: dict[str, Any]) -> Difference:
    """It opens its own key if that is protected at all; one that is called wrong opens none."""
    wrong = "Wrong" in sample["file"]
    name = sample["file"].replace("Wrong", "").replace("PrivateKeyPass", "PrivateKey")
    stem = base / name
    key = next(each for each in (stem, stem.with_suffix(".pem")) if each.exists())
    content = key.read_bytes()
    if _opens(content, ""):
        return ""
    return "" if _opens(content, _passphrase(base / sample["file"])) != wrong else "the verdict on the passphrase"


def _mail(base: Path, sample: dict[str, Any]) -> Difference:
    """Opened with the one key that fits, it must give a mail with text, well signed by its sender."""
    raw = (base / sample["file"]).read_bytes()
    holders = list(_holders(base))
    opened = next((inner for inner in (_opened(raw, *each) for each in holders) if inner), None)
    if opened is None:
        return "no key of the samples opens it"
    if not parse(opened).text.strip():
        return "the opened mail has no text"
    with clock.at(WHEN_IT_WAS_SENT):
        worth = verify(opened, [certificate for certificate, _key in holders])
    if worth.signature != Signature.GOOD or not worth.is_by("unittest@example.org"):
        return f"signature: {worth.signature} {worth.reason}"
    return "" if parse(worth.content).text.strip() else "the signed part has no text"


def _holders(base: Path) -> Iterator[tuple[Certificate, PrivateKey]]:
    for number in (1, 2, 3):
        content = (base / f"smime/SMIMEPrivateKey-{number}.asc").read_bytes()
        key = read_private_key(content, _passphrase(base / f"smime/SMIMEPrivateKeyPass-{number}.asc"))
        yield read_certificates((base / f"smime/SMIMECertificate-{number}.asc").read_bytes())[0], key


def _opened(raw: bytes, certificate: Certificate, key: PrivateKey) -> bytes | None:
    try:
        return decrypt(raw, certificate, key)
    except CannotDecrypt:
        return None


def _same_as_alone(base: Path, sample: dict[str, Any], found: tuple[Certificate, ...]) -> Difference:
    stem = base / sample["file"]
    alone = next(stem.with_suffix(each) for each in (".asc", ".crt") if stem.with_suffix(each).exists())
    (expected,) = read_certificates(alone.read_bytes())
    return "" if expected in found else f"{alone.name} is not in it"


def _public_key(base: Path, name: str) -> bytes:
    content = (base / name).read_bytes()
    if "PrivateKey" not in name:
        return read_certificates(content)[0].public_key
    for passphrase in _passphrases(base):
        if _opens(content, passphrase):
            return read_private_key(content, passphrase).public_key
    raise WrongPassphrase(name)


def _opens(content: bytes, passphrase: str) -> bool:
    try:
        read_private_key(content, passphrase)
    except WrongPassphrase:
        return False
    return True


def _passphrases(base: Path) -> list[str]:
    return ["", *(_passphrase(each) for each in sorted((base / "smime").glob("*PrivateKeyPass-*")))]


def _passphrase(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


def _values(facts: list[str]) -> dict[str, str]:
    return dict(each.split("=", 1) for each in facts if "=" in each)


def _rfc_date(text: str) -> str:
    """`May 24 15:22:50 2022 GMT` as a date of a mail."""
    month, day, time, year, zone = text.split()
    return f"{day} {month} {year} {time} {'+0000' if zone == 'GMT' else zone}"


JUDGES: dict[str, Callable[[Path, dict[str, Any]], Difference]] = {
    "plain sample attachment": _plain,
    "certificate": _certificate,
    "private key": _private_key,
    "PKCS#7 bundle": _bundle,
    "PKCS#12": _pkcs12,
    "passphrase file": _passphrase_file,
    "S/MIME mail": _mail,
    **openpgp.JUDGES,
}
