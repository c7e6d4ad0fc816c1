"""The ledger's tables and the triggers that guard them."""

import django.db.models.deletion
from django.db import migrations, models

from klardesk.ledger import guards


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=50)),
                ("key", models.CharField(max_length=200)),
                ("length", models.PositiveIntegerField(default=0)),
                ("head_digest", models.CharField(max_length=64)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kind", "key"), name="ledger_chain_ref")]},
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=400)),
                ("payload_text", models.TextField(db_column="payload", null=True)),
                ("salt", models.BinaryField(max_length=16, null=True)),
                ("payload_digest", models.CharField(max_length=64)),
                ("previous_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("erased_by", models.CharField(max_length=200, null=True)),
                (
                    "chain",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="ledger.chain",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("chain", "sequence"), name="ledger_event_place")]},
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("chains", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("leaves", models.BinaryField()),
                ("previous_seal_digest", models.CharField(max_length=64)),
                ("public_key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
        ),
        migrations.RunPython(guards.put_up, migrations.RunPython.noop),
    ]
