
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import units.boundary


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0003_attachment'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadingOnly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'time of reading only',
                'verbose_name_plural': 'times of reading only',
                'ordering': ['-since'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReorganisation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('batch_id', models.BigIntegerField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('act', models.CharField(help_text='Number and symbol, for example 1683/NQ-UBTVQH15.', max_length=200, validators=[units.boundary.refuse_blocked_text], verbose_name='legal act')),
                ('effective_on', models.DateField(help_text='The first day of the new areas, for example 01/07/2025.', verbose_name='in force from')),
                ('note', models.CharField(blank=True, max_length=300, validators=[units.boundary.refuse_blocked_text], verbose_name='note')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('applied', 'Applied'), ('undone', 'Taken back')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('area', models.ForeignKey(blank=True, db_constraint=False, help_text='The province, as it was before, or the country: all below it moves together.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.area', verbose_name='area')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('writes', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.importbatch', verbose_name='what it wrote')),
            ],
            options={
                'verbose_name': 'historical reorganisation',
                'verbose_name_plural': 'historical Reorganisations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Reorganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('act', models.CharField(help_text='Number and symbol, for example 1683/NQ-UBTVQH15.', max_length=200, validators=[units.boundary.refuse_blocked_text], verbose_name='legal act')),
                ('effective_on', models.DateField(help_text='The first day of the new areas, for example 01/07/2025.', verbose_name='in force from')),
                ('note', models.CharField(blank=True, max_length=300, validators=[units.boundary.refuse_blocked_text], verbose_name='note')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('applied', 'Applied'), ('undone', 'Taken back')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(editable=False, null=True, verbose_name='asked for at')),
                ('failure', models.TextField(blank=True, editable=False, verbose_name='why it was not applied')),
                ('area', models.ForeignKey(help_text='The province, as it was before, or the country: all below it moves together.', on_delete=django.db.models.deletion.PROTECT, related_name='reorganisations', to='units.area', verbose_name='area')),
                ('writes', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reorganisations', to='units.importbatch', verbose_name='what it wrote')),
            ],
            options={
                'verbose_name': 'reorganisation',
                'verbose_name_plural': 'Reorganisations',
                'ordering': ['-effective_on', 'pk'],
                'permissions': [('apply_reorganisation', 'Can apply a reorganisation and take it back')],
            },
        ),
        migrations.CreateModel(
            name='Destination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_code', models.CharField(blank=True, max_length=20, verbose_name='goes to')),
                ('at', models.DateTimeField(auto_now=True, verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='destinations', to='units.clustermember', verbose_name='member of the cluster')),
                ('posting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='destinations', to='units.posting', verbose_name='posting')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='destinations', to='units.unit', verbose_name='unit')),
                ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destinations', to='units.reorganisation', verbose_name='reorganisation')),
            ],
            options={
                'verbose_name': 'destination',
                'verbose_name_plural': 'destinations',
                'ordering': ['reorganisation', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReorganisationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('new_code', models.CharField(blank=True, db_index=True, max_length=20, verbose_name='new code')),
                ('gso_code', models.CharField(blank=True, max_length=10, verbose_name='official code')),
                ('level', models.CharField(blank=True, choices=[('country', 'country'), ('province', 'province'), ('district', 'district'), ('commune', 'commune')], max_length=10, verbose_name='level')),
                ('area_kind', models.CharField(blank=True, max_length=20, verbose_name='kind')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('parent_code', models.CharField(blank=True, max_length=20, verbose_name='belongs to')),
                ('kind', models.CharField(choices=[('merge', 'merged'), ('split', 'divided'), ('rename', 'renamed'), ('reparent', 'moved to another parent'), ('abolish', 'abolished')], max_length=10, verbose_name='change')),
                ('is_main', models.BooleanField(default=False, verbose_name='main part')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.area', verbose_name='old area')),
                ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='units.reorganisation', verbose_name='reorganisation')),
            ],
            options={
                'verbose_name': 'row of the table',
                'verbose_name_plural': 'rows of the table',
                'ordering': ['reorganisation', 'number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReorganisationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, verbose_name='move')),
                ('before', models.CharField(max_length=30, verbose_name='from')),
                ('after', models.CharField(max_length=30, verbose_name='to')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('note', models.TextField(blank=True, verbose_name='reason')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='units.reorganisation', verbose_name='reorganisation')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='reorganisation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'applied', 'undone'])), name='reorganisation_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reorganisation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'undone'), _negated=True), fields=('area', 'effective_on'), name='area_is_reorganised_once_a_day', violation_error_message='This area already has a reorganisation for this day.'),
        ),
        migrations.AddConstraint(
            model_name='destination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', True), ('posting__isnull', True), ('unit__isnull', False)), models.Q(('member__isnull', True), ('posting__isnull', False), ('unit__isnull', True)), models.Q(('member__isnull', False), ('posting__isnull', True), ('unit__isnull', True)), _connector='OR'), name='destination_is_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='destination',
            constraint=models.UniqueConstraint(condition=models.Q(('unit__isnull', False)), fields=('reorganisation', 'unit'), name='destination_of_a_unit_is_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='destination',
            constraint=models.UniqueConstraint(condition=models.Q(('posting__isnull', False)), fields=('reorganisation', 'posting'), name='destination_of_a_posting_is_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='destination',
            constraint=models.UniqueConstraint(condition=models.Q(('member__isnull', False)), fields=('reorganisation', 'member'), name='destination_of_a_member_is_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='reorganisationline',
            constraint=models.UniqueConstraint(fields=('reorganisation', 'old', 'new_code'), name='reorganisation_names_a_pair_once'),
        ),
    ]
