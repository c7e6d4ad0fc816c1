from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('automation', '0003_mentions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at__isnull', False)), fields=['read_at'], name='notification_read'),
        ),
    ]
