"""Mails as a service desk gets them, the same in every run: of every kind, from one to two thousand kilobytes."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP

from tests.bench.fill import Words
from tests.oracles.registry import folder

FOREIGN_EVERY = 40
"""Where the oracles lie beside the checkout, every fortieth mail is one of theirs."""
_CHARSETS = (
    ("iso-2022-jp", "プリンターが燃えています。"), ("koi8-r", "Принтер горит, помогите."), ("gb2312", "打印机着火了。"),
    ("windows-1252", "Der Drucker brennt – bitte „schnell“."), ("utf-7", "Größe geändert"), ("x-unknown", "Drucker"),
    ("iso-8859-15", "Der Drucker kostet 300 €."),
)  # fmt: skip
_STATUS = "Reporting-MTA: dns; mx.kunden.example\n\nFinal-Recipient: rfc822; b@kunden.example\nAction: failed\nStatus: 5.1.1\n"
_STYLE = "<style>.a{color:red} @media (max-width:600px){.b{width:100%}}</style>"
_ROW = (
    '<tr><td style="padding:4px;color:#333;font-family:Arial" width="300"><p><b>{}</b> {}</p></td>'
    '<td><a href="https://shop.example/{}">{}</a><img src="https://shop.example/{}.png" width="40"></td></tr>'
)


def corpus(count: int) -> Iterator[bytes]:
    """So many mails, each made when it is asked for, so that they take no memory."""
    maker, foreign = _Maker(), _foreign()
    for number in range(count):
        if foreign and number % FOREIGN_EVERY == 0:
            # A mail is taken in once: the mark makes each its own.
            yield b"X-Bench: %d\r\n" % number + foreign[number // FOREIGN_EVERY % len(foreign)]
        else:
            yield maker.mail(number)


def _foreign() -> list[bytes]:
    raw = folder() / "mail" / "raw"
    return [file.read_bytes() for file in sorted(raw.glob("*.eml"))] if raw.is_dir() else []


class _Maker:
    """Kinds with their shares of a hundred."""

    def __init__(self) -> None:
        self.words, self.random = Words(13), random.Random(13)
        self.kinds: tuple[tuple[int, Callable[[EmailMessage, int], None]], ...] = (
            (33, self.plain), (18, self.newsletter), (10, self.picture), (9, self.attachment), (1, self.large),
            (16, self.reply), (3, self.bounce), (5, self.charset), (5, self.discussion),
        )  # fmt: skip

    def mail(self, number: int) -> bytes:
        """The mail of this number."""
        kind = self.random.choices([make for _share, make in self.kinds], [share for share, _make in self.kinds])[0]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"Kunde {number} <kunde{number % 997}@kunden{number % 83}.example>"
        mail["To"] = "Desk <desk@desk.example>"
        mail["Subject"] = self.words.text(6)
        mail["Date"] = "Mon, 2 Mar 2026 09:30:00 +0100"
        mail["Message-ID"] = f"<{number}@mixed.example>"
        for hop in range(4):
            mail["Received"] = (
                f"from mx{hop}.kunden.example by mx{hop + 1}.desk.example; Mon, 2 Mar 2026 09:3{hop}:00 +0100"
            )
        mail["DKIM-Signature"] = (
            f"v=1; a=rsa-sha256; d=kunden.example; b={base64.b64encode(self.random.randbytes(120)).decode()}"
        )
        kind(mail, number)
        return mail.as_bytes()

    def plain(self, mail: EmailMessage, _number: int) -> None:
        """Text of a few lines to a few pages."""
        mail.set_content(self._text(self.random.choice((20, 60, 120, 300))))

    def newsletter(self, mail: EmailMessage, _number: int) -> None:
        """Text with the HTML that mail programs and newsletters write."""
        mail.set_content(self._text(150))
        mail.add_alternative(self._html(self.random.choice((10, 30, 80))), subtype="html")

    def picture(self, mail: EmailMessage, number: int) -> None:
        """HTML that shows a picture of the mail itself."""
        mail.set_content(self._text(60))
        mail.add_alternative(self._html(12) + f'<img src="cid:bild{number}@kunde" alt="">', subtype="html")
        rich = mail.get_payload()[1]
        content = self.random.randbytes(self.random.randrange(5_000, 80_000))
        rich.add_related(
            content, "image", "png", cid=f"<bild{number}@kunde>", filename="bild.png", disposition="inline"
        )

    def attachment(self, mail: EmailMessage, _number: int) -> None:
        """A document of some hundred kilobytes."""
        self.plain(mail, 0)
        self._attach(mail, self.random.randrange(20_000, 250_000))

    def large(self, mail: EmailMessage, _number: int) -> None:
        """Up to two megabytes."""
        self.plain(mail, 0)
        self._attach(mail, self.random.randrange(700_000, 1_500_000))

    def reply(self, mail: EmailMessage, number: int) -> None:
        """An answer to an earlier mail, with its quote."""
        earlier = max(0, number - self.random.randrange(1, 40))
        mail["In-Reply-To"] = mail["References"] = f"<{earlier}@mixed.example>"
        quote = "\n".join(f"> {line}" for line in self._text(120).splitlines())
        mail.set_content(f"{self._text(40)}\nAm Montag schrieb Kunde:\n{quote}\n")

    def bounce(self, mail: EmailMessage, number: int) -> None:
        """A report of failed delivery about some other mail."""
        mail.replace_header("From", "Mail Delivery System <MAILER-DAEMON@kunden.example>")
        mail["Auto-Submitted"] = "auto-replied"
        parts = (
            ("text/plain", self._text(40)),
            ("message/delivery-status", _STATUS),
            ("text/rfc822-headers", f"From: a@kunden.example\nMessage-ID: <{number}@elsewhere.example>\nSubject: x\n"),
        )
        body = "".join(f"--xx\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
        mail["Content-Type"] = "text/plain"
        mail.set_payload(f"{body}--xx--\n")
        mail.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="xx"')

    def charset(self, mail: EmailMessage, number: int) -> None:
        """A charset that is rare, or not what it is said to be."""
        name, text = _CHARSETS[number % len(_CHARSETS)]
        encoded = text.encode(name if name != "x-unknown" else "utf-8", "replace")
        mail["Content-Type"] = f'text/plain; charset="{name}"'
        mail["Content-Transfer-Encoding"] = "base64"
        mail.set_payload(base64.encodebytes(encoded * 20).decode("ascii"))

    def discussion(self, mail: EmailMessage, _number: int) -> None:
        """A mail of a mailing list."""
        mail["List-Id"], mail["Precedence"] = "<liste.kunden.example>", "list"
        mail["List-Unsubscribe"] = "<mailto:liste-leave@kunden.example>"
        mail.set_content(self._text(200))

    def _attach(self, mail: EmailMessage, size: int) -> None:
        mail.add_attachment(self.random.randbytes(size), "application", "pdf", filename="Rechnung Größe.pdf")

    def _text(self, words: int) -> str:
        return "\n".join(self.words.text(min(12, words - start)) for start in range(0, words, 12)) + "\n"

    def _html(self, rows: int) -> str:
        cells = (_ROW.format(self.words.text(2), self.words.text(12), n, self.words.text(2), n) for n in range(rows))
        return (
            f'<html><head>{_STYLE}</head><body bgcolor="#fff"><table class="a">{"".join(cells)}</table></body></html>'
        )
