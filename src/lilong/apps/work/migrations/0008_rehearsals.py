import django.db.models.deletion
from django.db import migrations, models

from lilong.ledger.policies import area_policy


class Migration(migrations.Migration):

    dependencies = [
        ('work', '0007_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptRehearsal',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('area', models.CharField(db_collation='C', max_length=20, verbose_name='区域 area')),
                ('digest', models.CharField(max_length=64, verbose_name='文件摘要 digest')),
                ('present', models.CharField(max_length=60, verbose_name='现行版本 present')),
                ('since', models.DateTimeField(verbose_name='自 since')),
                ('until', models.DateTimeField(verbose_name='至 until')),
                ('seed', models.BigIntegerField(verbose_name='种子 seed')),
                ('load', models.JSONField(null=True, verbose_name='设定的来件 load')),
                ('stand', models.CharField(default='waiting', max_length=20, verbose_name='进度 stand')),
                ('done', models.IntegerField(default=0, verbose_name='已演练 done')),
                ('total', models.IntegerField(default=0, verbose_name='共有 total')),
                ('report', models.JSONField(null=True, verbose_name='结果 report')),
                ('why_failed', models.JSONField(null=True, verbose_name='为什么没成 why failed')),
                ('by', models.JSONField(verbose_name='由谁 by')),
                ('actor', models.CharField(max_length=80, verbose_name='账号 actor')),
                ('at', models.DateTimeField(verbose_name='时间 at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成 finished')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.scenarioversion')),
            ],
            options={
                'db_table': 'work_rehearsal',
                'indexes': [models.Index(fields=['version', '-at'], name='work_rehearsal_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('stand__in', ['waiting', 'running', 'done', 'failed'])), name='work_rehearsal_stand'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='work_rehearsal_period'), models.CheckConstraint(condition=models.Q(('stand', 'done'), ('report__isnull', True), _connector='XOR'), name='work_rehearsal_reports')],
            },
        ),
        area_policy("work_rehearsal", subject="version_id"),
    ]
