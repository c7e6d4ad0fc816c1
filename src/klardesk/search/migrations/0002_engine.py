"""What the engine of this database keeps beside the documents: an FTS5 table with triggers, or a tsvector column."""

from django.db import migrations

from klardesk.search.engines import postgres, sqlite_fts5


def _run(name):
    def run(apps, schema_editor):
        engine = postgres if schema_editor.connection.vendor == "postgresql" else sqlite_fts5
        for statement in getattr(engine, name):
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    """Create the engine's structures; taking them away is as easy."""

    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(_run("CREATE"), _run("DROP"))]
