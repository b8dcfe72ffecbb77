"""The words of the policy document beside a scheme."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_login_names_and_given_passwords'),
        ('cycles', '0004_refusals_in_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(editable=False, null=True, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('text', models.TextField(verbose_name='文件原文')),
                ('sha256', models.CharField(max_length=64)),
                ('by', models.CharField(max_length=60, verbose_name='导入人')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('scheme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='policy', to='cycles.schemeversion')),
                ('town', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.town')),
            ],
            options={
                'verbose_name': '文件原文',
                'ordering': ['scheme'],
            },
        ),
    ]
