"""S/MIME (RFC 8551) with `openssl cms`: what a signature is worth, what an envelope holds, and both the other way."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from enum import StrEnum

from klardesk.base import clock
from klardesk.mail.crypto.certificates import Certificate, PrivateKey, read_certificates
from klardesk.mail.crypto.openssl import OpensslFailed, OpensslUnavailable, run

_SEALED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Signature(StrEnum):
    """What a signature is worth."""

    GOOD = "good"
    BAD = "bad"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature's worth, the signer's certificate if the mail brings it, and openssl's reason if it is not good.

    `content` is the MIME entity that the signature covers, and nothing else of the mail; empty if the signature is bad.
    """

    signature: Signature
    signer: Certificate | None = None
    reason: str = ""
    content: bytes = b""

    def is_by(self, address: str) -> bool:
        """Whether the signer's certificate bears this address."""
        return self.signer is not None and address.lower() in self.signer.addresses


class CannotDecrypt(Exception):
    """The envelope could not be opened with this key."""


class CannotProtect(Exception):
    """The mail could not be signed or encrypted; nothing may be sent in its place."""


def verify(mail: bytes, trusted: Sequence[Certificate]) -> Verified:
    """Check a signed mail or part, its text beside the signature (multipart/signed) or within it (signed-data).

    Only `trusted` certificates vouch, never those of the machine. Raises OpensslUnavailable: then nothing is known of it.
    """
    files = _signed_files(mail)
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
    return Verified(Signature.GOOD, signer, content=written["out"])


def decrypt(mail: bytes, certificate: Certificate, key: PrivateKey) -> bytes:
    """The MIME entity within an enveloped mail. Raises CannotDecrypt, with the reason; OpensslUnavailable."""
    sealed = BytesParser(policy=compat32).parsebytes(mail).get_payload(decode=True)
    if not isinstance(sealed, bytes) or not sealed:
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
    entity = _LINE_END.sub(b"\r\n", entity)
    files = {"content": entity, "signer": certificate.pem.encode("ascii")}
    more = [each.pem for each in chain if each != certificate]  # openssl refuses one that is there twice
    files["chain"] = "".join(dict.fromkeys(more)).encode("ascii")
    command = ["cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256", "-in", "content", "-out", "signature"]
    command += ["-signer", "signer", "-inkey", "/dev/stdin", *(["-certfile", "chain"] if more else [])]
    try:
        signed = run(command, files, key.pem)
    except (OpensslFailed, OpensslUnavailable) as error:
        raise CannotProtect(_reason(error)) from error
    return _multipart(entity, signed["signature"])


def encrypt(entity: bytes, recipients: Sequence[Certificate]) -> bytes:
    """The MIME entity as an envelope that each of these can open. Raises CannotProtect, also for one out of time."""
    _check(recipients)
    files = {f"recipient{index}": each.pem.encode("ascii") for index, each in enumerate(recipients)}
    command = ["cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-cbc", "-in", "content", "-out", "sealed"]
    try:
        sealed = run([*command, *files], {**files, "content": _LINE_END.sub(b"\r\n", entity)})["sealed"]
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


def _multipart(entity: bytes, signature: bytes) -> bytes:
    boundary = f"=_{hashlib.sha256(entity + signature).hexdigest()[:32]}".encode("ascii")
    head = b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n micalg=sha-256; boundary="'
    last = b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n' + _file("smime.p7s", signature)
    between = b"--" + boundary
    parts = (head + boundary + b'"\r\n', between, entity, between, last + between + b"--", b"")
    return parts[0] + b"\r\n" + b"\r\n".join(parts[1:])


def _file(name: str, content: bytes) -> bytes:
    head = f'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
    return head.encode("ascii") + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _signed_files(mail: bytes) -> dict[str, bytes]:
    """The signature, and what it covers if that stands beside it; empty if the mail is not signed."""
    mail = _LINE_END.sub(b"\r\n", mail)
    whole = BytesParser(policy=compat32).parsebytes(mail)
    parts = whole.get_payload()
    if whole.get_content_type() in _SEALED_TYPES:
        return _decoded(whole)
    boundary = (whole.get_boundary() or "").encode("utf-8", "replace")
    if whole.get_content_type() != "multipart/signed" or not isinstance(parts, list) or len(parts) != 2 or not boundary:
        return {}
    covered = _first_part(mail, boundary)
    return {**_decoded(parts[1]), "content": covered} if covered is not None and _decoded(parts[1]) else {}


def _decoded(part: object) -> dict[str, bytes]:
    content = part.get_payload(decode=True) if isinstance(part, Message) else None
    return {"signature": content} if isinstance(content, bytes) and content else {}


def _first_part(mail: bytes, boundary: bytes) -> bytes | None:
    """The first part byte by byte, its line ends as they were signed (RFC 8551, section 3.1.1)."""
    found = re.split(rb"(?:\A|\r\n)--" + re.escape(boundary) + rb"[ \t]*(?=\r\n|--)", mail)
    return found[1].removeprefix(b"\r\n") if len(found) > 2 else None


def _reason(error: OpensslFailed | OpensslUnavailable) -> str:
    """The telling line of what openssl says, without its source files and addresses."""
    lines = str(error).splitlines()
    told = next((each for each in lines if "erify error:" in each), lines[-1])
    if "erify error:" in told:
        return told.rpartition("erify error:")[2].strip()
    fields = told.split(":")
    return fields[5].strip() if len(fields) > 6 else told
