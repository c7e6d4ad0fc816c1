"""SQLite: the index keeps beginnings of four and five letters, too. It is made anew from the documents, without reading an article."""

from django.db import migrations

from klardesk.search.engines import sqlite_fts5


def renew(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("DROP TABLE search_fts")
    schema_editor.execute(sqlite_fts5.CREATE[0])
    schema_editor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")


class Migration(migrations.Migration):
    """Of the table alone: the triggers that fill it stand with the documents, and stay. Older code can read what is left behind."""

    dependencies = [("search", "0007_document_key")]
    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
