from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0005_differences"),
    ]

    operations = [
        migrations.AddField(
            model_name="keeper",
            name="brought_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="交回时间"),
        ),
    ]
