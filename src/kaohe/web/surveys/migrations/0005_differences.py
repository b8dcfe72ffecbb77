from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_voids"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="differences",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="开箱核对"),
        ),
    ]
