from django.db import migrations, models


def as_closed(apps, schema_editor):
    """Rounds that were counted before: when they were closed."""
    rounds = apps.get_model("surveys", "Round").objects.filter(state="counted")
    rounds.update(counted_at=models.F("closed_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("surveys", "0005_opening_and_back_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="counted_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="开箱时间"
            ),
        ),
        migrations.RunPython(as_closed, migrations.RunPython.noop),
    ]
