"""What the engine keeps for vocabulary, people and companies; and what stands in the index of a desk that has run before."""

from django.db import migrations

from klardesk.search.engines import postgres, sqlite_fts5
from klardesk.search.texts import Head, article_words, known_words, ticket_words, unmarked
from klardesk.search.vocabulary import SHORTEST, forms

BATCH = 1000


def _run(name):
    def run(apps, schema_editor):
        engine = postgres if schema_editor.connection.vendor == "postgresql" else sqlite_fts5
        for statement in getattr(engine, name):
            schema_editor.execute(statement)

    return run


def fill(apps, schema_editor):
    """Write the documents anew, whose fields can now be asked for, and the words of them all."""
    words = set()
    for make in (_documents, _people, _companies):
        for found in make(apps):
            words.update(found)
    kept = sorted(word for word in unmarked(words) if len(word) >= SHORTEST)
    model = apps.get_model("search", "Word")
    model.objects.bulk_create([model(word=word, forms=forms(word)) for word in kept], batch_size=10_000)


def _documents(apps):
    model, last = apps.get_model("search", "Document"), 0
    while batch := list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        texts = _texts(apps, batch)
        for document in batch:
            found = texts[document.ticket_id, document.article_id]
            document.words = " ".join(found)
            yield found
        model.objects.bulk_update(batch, ["words"])


def _texts(apps, batch):
    tickets, files = apps.get_model("tickets", "Ticket")._base_manager, {}
    articles, attachments = (apps.get_model("tickets", name)._base_manager for name in ("Article", "Attachment"))
    found = {}
    columns = ("pk", "number", "title", "customer__first_name", "customer__last_name", "customer__login", "customer_login")
    heads = {}
    for key, number, title, first, last, login, typed, company in tickets.filter(
        pk__in={document.ticket_id for document in batch}
    ).values_list(*columns, "company__name"):
        name = " ".join(part for part in (first, last) if part) or login or ""
        heads[key] = (number, title)
        found[key, None] = ticket_words(number, title, name, typed, company or "")
    keys = [document.article_id for document in batch if document.article_id]
    for key, name in attachments.filter(article_id__in=keys).order_by("pk").values_list("article_id", "name"):
        files.setdefault(key, []).append(name)
    for key, ticket, *head, text in articles.filter(pk__in=keys).values_list(
        "pk", "ticket_id", "subject", "from_text", "to_text", "cc_text", "text"
    ):
        found[ticket, key] = article_words(heads[ticket], Head(*head, files.get(key, ())), text)
    return found


def _people(apps):
    model, people = apps.get_model("search", "Known"), apps.get_model("people", "Person").objects
    columns = ("first_name", "last_name", "login", "email", "phone")
    for person, *texts in people.filter(realm="customer").order_by("pk").values_list("pk", *columns):
        words = known_words(*texts)
        model.objects.create(person_id=person, words=" ".join(words))
        yield words


def _companies(apps):
    model, companies = apps.get_model("search", "Known"), apps.get_model("people", "Company").objects
    for company, name, number in companies.order_by("pk").values_list("pk", "name", "number"):
        words = known_words(name, number)
        model.objects.create(company_id=company, words=" ".join(words))
        yield words


class Migration(migrations.Migration):
    """Create the engine's structures, then fill them."""

    dependencies = [("search", "0003_vocabulary"), ("tickets", "0001_initial")]
    operations = [
        migrations.RunPython(_run("CREATE_FURTHER"), _run("DROP_FURTHER")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(_run("SETTLE"), migrations.RunPython.noop),
    ]
