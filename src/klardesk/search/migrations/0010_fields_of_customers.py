"""Customers and companies are found by what their own fields say: those that have values already are gone through by the sweep."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def note(apps: Any, _schema_editor: Any) -> None:
    """Have each field of theirs gone through, as if it had changed (`search.renamed`)."""
    progress = apps.get_model("search", "Progress")
    for key in apps.get_model("fields", "Field").objects.filter(subject__in=["person", "company"]).values_list("pk", flat=True):
        progress.objects.update_or_create(pk=f"search.fields.{key}.1", defaults={"last": 0})


class Migration(migrations.Migration):
    """No change of a table."""

    dependencies = [("search", "0009_progress"), ("fields", "0001_fields_first")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
