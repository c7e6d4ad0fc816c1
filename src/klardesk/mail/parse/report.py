"""A parsed mail as JSON values: the stable output of `klardesk mail parse --json`."""

from __future__ import annotations

from typing import Any

from klardesk.mail.parse.model import Address, ParsedMail


def to_json(mail: ParsedMail) -> dict[str, Any]:
    """Strings, lists and dictionaries only; `date` is ISO 8601 in UTC or null; files without their bytes."""
    return {
        "from": _addresses(mail.from_),
        "reply_to": _addresses(mail.reply_to),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "name": file.name,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "content_id": file.content_id,
                "disposition": file.disposition,
            }
            for file in mail.attachments
        ],
        "problems": [{"code": each.code, "message": each.message} for each in mail.problems],
    }


def _addresses(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"name": name, "email": email} for name, email in addresses]
