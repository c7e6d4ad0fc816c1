"""What is done inside the installation, past the proxies: settings, an agent's replies, and the figures at the end."""

SET_UP = """
from klardesk.access.actor import Actor
from klardesk.admin.actions import change_option
from klardesk.base import secrets
from klardesk.mail.actions import save_setting
from klardesk.mail.models import Mailbox, SystemAddress
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets.models import Queue

imap, pop3, password = int(sys.argv[1]), int(sys.argv[2]), secrets.encrypt(sys.argv[3])
by = Actor.system("test")
change_option("mail.poll_seconds", 5, by=by)
answer = save_text(
    AutoResponse(name="New", occasion="new", subject="Re: <KLARDESK_CUSTOMER_SUBJECT>", text="We have it."), by=by
)
for name, queue, protocol, port in (("support", "Raw", "imap", imap), ("billing", "Misc", "pop3", pop3)):
    place = Queue.objects.get(name=queue)
    save_setting(SystemAddress(address=f"{name}@desk.example", queue=place), by=by)
    save_setting(
        Mailbox(
            name=f"{name}@desk.example", protocol=protocol, host="127.0.0.1", port=port, security="none", login=name,
            password=password, queue=place,
        ),
        by=by,
    )
    save_text(QueueTexts(queue=place, on_new=answer), by=by)
"""

REPLY = """
from django.db import Error
from klardesk.access.actor import Actor
from klardesk.mail.send.answers import send_reply
from klardesk.mail.send.write import MailDraft
from klardesk.tickets.models import Article

every, after, seen, by = int(sys.argv[1]), int(sys.argv[2]), 0, Actor.system("test")
rows = Article.all_rows.filter(sender="customer", pk__gt=after).select_related("ticket").order_by("pk")[:300]
try:
    for article in rows:
        text = f"Antwort auf {article.pk}"
        if article.pk // 2 % every == 0 and not Article.all_rows.filter(ticket=article.ticket_id, text=text).exists():
            to = [("", article.from_text.rpartition("<")[2].rstrip(">"))]
            send_reply(article, MailDraft(to=to, subject=f"Re: {article.subject}", text=text), by=by)
        after = article.pk
    seen = Article.all_rows.filter(sender="customer").count()
except Error as error:
    print(error, file=sys.stderr)
print(after, seen)
"""

HURRY = (
    "UPDATE mail_outgoingmail SET next_attempt_at = created_at WHERE state = 'waiting'",
    "UPDATE jobs_sweepstate SET next_due = last_started WHERE name = 'mail.send' AND claimed_by = ''",
)
"""Straight into the database: as if the time had passed until the next try."""

FIGURES = """
import json
from klardesk.mail.models import IncomingMail, OutgoingMail
from klardesk.tickets.models import Article, Ticket

def rows(model, *names):
    return [dict(zip(names, row)) for row in model.order_by("pk").values_list(*names)]

articles = Article.all_rows.filter(sender__in=("customer", "agent"))
print(json.dumps({
    "incoming": rows(IncomingMail.objects, "mailbox__name", "state", "detail", "article_id", "digest"),
    "articles": rows(articles, "id", "ticket_id", "sender", "text", "raw", "attachments__name"),
    "outgoing": rows(OutgoingMail.objects, "message_id", "kind", "state", "ticket_id", "recipients", "last_error"),
    "tickets": list(Ticket.all_rows.values_list("pk", flat=True)),
}))
"""
