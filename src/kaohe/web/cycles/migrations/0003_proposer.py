"""Who proposed a change of stage by their login name; the log knows it of those that wait."""

from django.db import migrations, models


def from_the_log(apps, schema_editor):
    changes = apps.get_model("cycles", "StageChange").objects.filter(done_at=None, dropped_at=None)
    events = apps.get_model("audit", "Event").objects.filter(act="cycles.stage_proposed")
    for change in changes:
        event = events.filter(object=f"cycles.stagechange:{change.pk}").first()
        if event is not None:
            change.proposer = event.actor
            change.save(update_fields=["proposer"])


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0002_append_only"),
        ("cycles", "0002_may_be_left_empty"),
    ]

    operations = [
        migrations.AddField(
            model_name="stagechange",
            name="proposer",
            field=models.CharField(default="", editable=False, max_length=60),
            preserve_default=False,
        ),
        migrations.RunPython(from_the_log, migrations.RunPython.noop),
    ]
