"""A case laid by hand may belong to no area of the town."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0001_cases"),
    ]

    operations = [
        migrations.AlterField(
            model_name="placement",
            name="area",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.area",
                verbose_name="居民区",
            ),
        ),
    ]
