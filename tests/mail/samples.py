"""Mails as senders write them, right and wrong, for the tests of the parser."""

from __future__ import annotations

import base64

GERMAN = """\
Return-Path: <dora@nordlicht.example>
Received: from mail.nordlicht.example by desk.example; Mon, 5 Jan 2026 09:00:01 +0100
From: =?iso-8859-1?Q?M=FCller=2C_Dora?= <Dora@Nordlicht.example>
To: "Support" <support@desk.example>, =?utf-8?q?B=C3=BCro?= <buero@desk.example>
Cc: verkauf@desk.example (Verkauf)
Reply-To: service@nordlicht.example
Subject: =?utf-8?Q?Drucker_l=C3?= =?utf-8?Q?=A4uft_nicht?=
Date: Mon, 5 Jan 2026 09:00:00 +0100
Message-ID: <one@nordlicht.example>
In-Reply-To: <zero@desk.example>
References: <first@desk.example>
 <zero@desk.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Guten Tag,=20

der Drucker l=E4uft nicht.
--inner
Content-Type: multipart/related; boundary="rel"

--rel
Content-Type: text/html; charset=utf-8

<p>Guten Tag,</p><p>der Drucker l\u00e4uft nicht. <img src="cid:foto@nordlicht"></p>
--rel
Content-Type: image/png
Content-ID: <foto@nordlicht>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--rel--
--inner--
--outer
Content-Type: application/pdf; name="=?utf-8?Q?Pr=C3=BCfprotokoll.pdf?="
Content-Disposition: attachment; filename*0*=utf-8''Pr%C3%BCf; filename*1="protokoll.pdf"
Content-Transfer-Encoding: base64

JVBERi0x
--outer--
""".encode()

JAPANESE_TEXT = "お世話になっております。①番の件です。"
JAPANESE = (
    b"From: =?ISO-2022-JP?B?GyRCMj1LXE9CQDUbKEI=?= <okamoto@desk.example>\r\nTo: support@desk.example\r\n"
    b"Subject: =?ISO-2022-JP?B?GyRCJWElayVeJSwycj18GyhC?=\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    b"\x1b$B$*@$OC$K$J$C$F$*$j$^$9!#-!HV$N7o$G$9!#\x1b(B\r\n"
)

BOUNCE = b"""\
From: MAILER-DAEMON@mx.desk.example (Mail Delivery System)
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.desk.example

Final-Recipient: rfc822; nobody@nordlicht.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 mailbox
--b
Content-Type: message/rfc822

From: support@desk.example
To: nobody@nordlicht.example
Subject: Re: Drucker
Message-ID: <sent.42@desk.example>

Hello
--b--
"""

INVITATION = """\
From: Anna Berger <anna@nordlicht.example>
To: support@desk.example
Subject: Einladung: Jour fixe
MIME-Version: 1.0
Content-Type: text/calendar; charset=utf-8; method=REQUEST
Content-Transfer-Encoding: 8bit

BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:-//Example//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Anna Berger:mailto:anna@nordlicht.example
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Ben, Ernst":mailto:
 ben@desk.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:carla@desk.example
DESCRIPTION:Bitte Zahlen mitbringen\\, danke.\\nAnna
SUMMARY:Jour fixe
DTSTART;TZID=W. Europe Standard Time:20260504T100000
DTEND;TZID=W. Europe Standard Time:20260504T110000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=5
LOCATION:Raum Süd
UID:1@nordlicht.example
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:nicht zeigen
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
""".encode()

TROUBLE = (
    b"=?utf-8?b?", b"?=", b"\r\n--outer", b'"', b"<", b">", b"(", b"\0", b"\n\n", b"\r", b"charset=utf-7", b"charset=utf-16",
    b"charset=iso-2022-jp", b"\x1b$B", b"; filename*0*=x", b"base64", b"\xff\xfe", b"--inner--",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: multipart/alternative; boundary=inner\n", b"+2AA-", b"begin 644 x\n", b"=\n", b";" * 20, b"format=flowed",
)  # fmt: skip
"""What is put into a mail to damage it."""


def mail(*headers: str, body: bytes = b"text\n") -> bytes:
    """A small mail with these header lines besides a sender, recipient and subject."""
    lines = ["From: dora@nordlicht.example", "To: support@desk.example", "Subject: x", *headers]
    return "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n\n" + body


def encoded(text: str, charset: str) -> str:
    """An encoded word."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="
