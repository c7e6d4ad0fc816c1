from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0008_longer_prefixes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('last', models.PositiveBigIntegerField(default=0)),
            ],
        ),
    ]
