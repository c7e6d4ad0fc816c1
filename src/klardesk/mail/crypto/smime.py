"""S/MIME (RFC 8551) with `openssl cms`: what a signature is worth, what an envelope holds, and both the other way."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from email.message import Message

from klardesk.base import clock
from klardesk.mail.crypto.certificates import Certificate, PrivateKey, read_certificates
from klardesk.mail.crypto.entity import decoded, head, multipart, protocol, read, signed_halves, with_crlf, within
from klardesk.mail.crypto.openssl import OpensslFailed, OpensslUnavailable, run
from klardesk.mail.crypto.verdict import PARTLY, CannotDecrypt, CannotProtect, Signature, Verified

_SEALED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNED_DATA, _ENVELOPED_DATA = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703")
_SIGNATURE_TYPES = ("application/pkcs7-signature", "application/x-pkcs7-signature")


def is_signed(mail: bytes) -> bool:
    """Whether the mail says that it is signed by S/MIME, beside its text or around it."""
    if found := within(mail, "multipart/signed"):
        return protocol(found[0]) in _SIGNATURE_TYPES
    header = head(mail)
    return header.get_content_type() in _SEALED_TYPES and _kind(header, mail) == "signed-data"


def is_encrypted(mail: bytes) -> bool:
    """Whether the mail says that it is an envelope of S/MIME."""
    header = head(mail)
    return header.get_content_type() in _SEALED_TYPES and _kind(header, mail).endswith("enveloped-data")


def verify(mail: bytes, trusted: Sequence[Certificate]) -> Verified:
    """Check a signed mail or part, its text beside the signature (multipart/signed) or within it (signed-data).

    Only `trusted` certificates vouch, never those of the machine. Raises OpensslUnavailable: then nothing is known of it.
    """
    found = within(mail, "multipart/signed") or (mail, True)
    files = _signed_files(found[0])
    if not files:
        return Verified(Signature.BAD, reason="the mail has no text with a signature")
    command = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-out", "out"]
    command += ["-content", "content"] if "content" in files else []
    try:
        written = run([*command, "-noverify", "-signer", "signer"], files)
    except OpensslFailed as error:
        return Verified(Signature.BAD, reason=_reason(error))
    signer = next(iter(read_certificates(written["signer"])), None)
    files["trusted"] = "".join(each.pem for each in trusted).encode("ascii")
    anchors = ["-CAfile", "trusted", "-no-CApath", "-no-CAstore", "-partial_chain"]
    try:
        run([*command, *anchors, "-attime", str(int(clock.now().timestamp()))], files)
    except OpensslFailed as error:
        worth = Signature.EXPIRED if "certificate has expired" in str(error) else Signature.UNKNOWN
        return Verified(worth, signer, _reason(error), written["out"])
    return Verified(Signature.GOOD, signer, "" if found[1] else PARTLY, written["out"])


def decrypt(mail: bytes, certificate: Certificate, key: PrivateKey) -> bytes:
    """The MIME entity within an enveloped mail. Raises CannotDecrypt, with the reason; OpensslUnavailable."""
    sealed = decoded(read(mail))
    if not sealed:
        raise CannotDecrypt("the mail has no encrypted content")
    files = {"sealed": sealed, "recipient": certificate.pem.encode("ascii")}
    command = ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", "sealed", "-out", "opened", "-recip", "recipient"]
    try:
        return run([*command, "-inkey", "/dev/stdin"], files, key.pem)["opened"]
    except OpensslFailed as error:
        raise CannotDecrypt(_reason(error)) from error


def sign(entity: bytes, certificate: Certificate, key: PrivateKey, chain: Sequence[Certificate] = ()) -> bytes:
    """The MIME entity within a multipart/signed one; `chain` goes along. Raises CannotProtect."""
    _check([certificate])
    entity = with_crlf(entity)
    files = {"content": entity, "signer": certificate.pem.encode("ascii")}
    more = [each.pem for each in chain if each != certificate]  # openssl refuses one that is there twice
    files["chain"] = "".join(dict.fromkeys(more)).encode("ascii")
    command = ["cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256", "-in", "content", "-out", "signature"]
    command += ["-signer", "signer", "-inkey", "/dev/stdin", *(["-certfile", "chain"] if more else [])]
    try:
        signed = run(command, files, key.pem)
    except (OpensslFailed, OpensslUnavailable) as error:
        raise CannotProtect(_reason(error)) from error
    beside = b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n' + _file(
        "smime.p7s", signed["signature"]
    )
    return multipart("signed", '; protocol="application/pkcs7-signature";\r\n micalg=sha-256', (entity, beside))


def encrypt(entity: bytes, recipients: Sequence[Certificate]) -> bytes:
    """The MIME entity as an envelope that each of these can open. Raises CannotProtect, also for one out of time."""
    _check(recipients)
    files = {f"recipient{index}": each.pem.encode("ascii") for index, each in enumerate(recipients)}
    command = ["cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-cbc", "-in", "content", "-out", "sealed"]
    try:
        sealed = run([*command, *files], {**files, "content": with_crlf(entity)})["sealed"]
    except (OpensslFailed, OpensslUnavailable) as error:
        raise CannotProtect(_reason(error)) from error
    head = b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\n'
    return head + _file("smime.p7m", sealed)


def _check(certificates: Sequence[Certificate]) -> None:
    if not certificates:
        raise CannotProtect("there is nobody to encrypt to")
    for each in certificates:
        if not each.is_valid_at(clock.now()):
            raise CannotProtect(f"the certificate of {', '.join(each.addresses) or each.subject} is out of its time")


def _file(name: str, content: bytes) -> bytes:
    head = f'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
    return head.encode("ascii") + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _signed_files(mail: bytes) -> dict[str, bytes]:
    """The signature, and what it covers if that stands beside it; empty if the mail is not signed."""
    whole = head(mail)
    if whole.get_content_type() in _SEALED_TYPES:
        return _with_content({"signature": decoded(read(mail))})
    halves = signed_halves(mail) if whole.get_content_type() == "multipart/signed" else None
    return _with_content({"signature": decoded(halves[1]), "content": halves[0]}) if halves else {}


def _with_content(files: dict[str, bytes]) -> dict[str, bytes]:
    return files if files["signature"] else {}


def _kind(header: Message, mail: bytes) -> str:
    """What is within an application/pkcs7-mime: as it is called, else as its first bytes show."""
    if named := header.get_param("smime-type"):
        return str(named).lower()
    begin = decoded(read(mail))[:40]
    return "signed-data" if _SIGNED_DATA in begin else "enveloped-data" if _ENVELOPED_DATA in begin else ""


def _reason(error: OpensslFailed | OpensslUnavailable) -> str:
    """The telling line of what openssl says, without its source files and addresses."""
    lines = str(error).splitlines()
    told = next((each for each in lines if "erify error:" in each), lines[-1])
    if "erify error:" in told:
        return told.rpartition("erify error:")[2].strip()
    fields = told.split(":")
    return fields[5].strip() if len(fields) > 6 else told
