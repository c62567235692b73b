import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('work', '0005_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('mark', models.UUIDField()),
            ],
            options={
                'db_table': 'work_edition',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='work_edition_one_row')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioVersion',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('area', models.CharField(db_collation='C', max_length=20, verbose_name='区域 area')),
                ('state', models.CharField(max_length=40, verbose_name='状态 state')),
                ('version', models.IntegerField(default=0, verbose_name='版本 version')),
                ('name', models.CharField(max_length=40, verbose_name='名称 name')),
                ('number', models.SmallIntegerField(verbose_name='版本号 number')),
                ('kind', models.CharField(max_length=60, verbose_name='事类 kind')),
                ('title_zh', models.CharField(max_length=400, verbose_name='标题')),
                ('title_en', models.CharField(max_length=400, verbose_name='title')),
                ('purpose', models.JSONField(verbose_name='用意 purpose')),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name='类别 categories')),
                ('text', models.TextField(verbose_name='文件 text')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要 digest')),
                ('origin', models.CharField(blank=True, max_length=60, verbose_name='抄自 origin')),
                ('written_by', models.CharField(max_length=80, verbose_name='编写 written by')),
                ('writer', models.JSONField(verbose_name='编写岗位 writer')),
                ('writers', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None, verbose_name='编写账号 writers')),
                ('written_at', models.DateTimeField(verbose_name='编写于 written')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='提交于 submitted')),
                ('approved_by', models.CharField(blank=True, max_length=80, verbose_name='批准 approved by')),
                ('approver', models.JSONField(null=True, verbose_name='批准岗位 approver')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='批准于 approved')),
                ('findings', models.JSONField(default=list, verbose_name='检查结果 findings')),
            ],
            options={
                'db_table': 'work_scenario',
                'indexes': [models.Index(fields=['-written_at', '-id'], name='work_scenario_latest')],
                'constraints': [models.UniqueConstraint(fields=('name', 'number'), name='work_scenario_number_once'), models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'submitted', 'approved', 'published', 'withdrawn'))), name='work_scenario_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'published']), _negated=True), ('approved_at__isnull', False), _connector='OR'), name='work_scenario_approved_first')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('text', models.TextField()),
                ('salt', models.BinaryField()),
                ('by', models.JSONField()),
                ('at', models.DateTimeField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.scenarioversion')),
            ],
            options={
                'db_table': 'work_scenario_note',
            },
        ),
        migrations.CreateModel(
            name='Undertaking',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('area', models.CharField(db_collation='C', max_length=20, verbose_name='区域 area')),
                ('state', models.CharField(max_length=40, verbose_name='状态 state')),
                ('version', models.IntegerField(default=0, verbose_name='版本 version')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='编号 number')),
                ('scenario', models.CharField(max_length=60, verbose_name='场景 scenario')),
                ('progress', models.JSONField(default=dict, verbose_name='进展 progress')),
                ('facts', models.JSONField(default=dict, verbose_name='事实 facts')),
                ('title', models.CharField(max_length=200, verbose_name='标题 title')),
                ('about', models.TextField(blank=True, verbose_name='说明 about')),
                ('salt', models.BinaryField()),
                ('begun_at', models.DateTimeField(verbose_name='开始 begun')),
                ('begun_by', models.JSONField(verbose_name='开始的岗位 begun by')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='了结 ended')),
                ('due_at', models.DateTimeField(null=True, verbose_name='到期 due')),
                ('because', models.JSONField(default=list, verbose_name='因为 because')),
            ],
            options={
                'db_table': 'work_undertaking',
                'indexes': [models.Index(fields=['area', '-begun_at', '-id'], name='work_undertaking_here'), models.Index(fields=['scenario', 'state'], name='work_undertaking_scenario'), models.Index(condition=models.Q(('ended_at__isnull', True), ('progress__has_key', 'unassigned')), fields=['area'], name='work_undertaking_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('running', 'ended', 'cancelled'))), name='work_undertaking_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ('running',)), ('ended_at__isnull', False), _connector='XOR'), name='work_undertaking_ended_iff_final'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('begun_at')), _connector='OR'), name='work_undertaking_ends_after')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('area', models.CharField(db_collation='C', max_length=20, verbose_name='区域 area')),
                ('area_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='区域类型 area types')),
                ('share', models.SmallIntegerField(verbose_name='份额 share')),
                ('since', models.DateTimeField(verbose_name='自 since')),
                ('until', models.DateTimeField(null=True, verbose_name='至 until')),
                ('evidence', models.TextField(verbose_name='依据 evidence')),
                ('salt', models.BinaryField()),
                ('by', models.JSONField(verbose_name='发布岗位 by')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.scenarioversion')),
            ],
            options={
                'db_table': 'work_publication',
                'constraints': [models.CheckConstraint(condition=models.Q(('share__gte', 1), ('share__lte', 100)), name='work_publication_share'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='work_publication_ends_after'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('version', 'area', 'area_types'), name='work_publication_once')],
            },
        ),
        migrations.CreateModel(
            name='UndertakingNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(db_collation='C', max_length=20, verbose_name='区域 area')),
                ('kind', models.CharField(max_length=20)),
                ('step', models.CharField(blank=True, max_length=120)),
                ('text', models.TextField()),
                ('text_en', models.TextField(blank=True)),
                ('salt', models.BinaryField()),
                ('by', models.JSONField()),
                ('at', models.DateTimeField()),
                ('hearer', models.CharField(blank=True, max_length=20)),
                ('unit', models.IntegerField(null=True)),
                ('undertaking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.undertaking')),
            ],
            options={
                'db_table': 'work_undertaking_note',
                'indexes': [models.Index(fields=['undertaking'], name='work_undertaking_note_of')],
            },
        ),
    ]
