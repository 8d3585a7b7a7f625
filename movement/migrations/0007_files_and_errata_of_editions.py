import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('movement', '0006_findings'),
        ('units', '0008_blocks_are_kept_packed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='edition',
            options={'ordering': ['-sealed_at', '-pk'], 'permissions': [('view_internal_edition', 'Can read the internal files of an edition')], 'verbose_name': 'edition', 'verbose_name_plural': 'Editions'},
        ),
        # what was sealed so far is one text
        migrations.AddField(
            model_name='edition',
            name='format',
            field=models.PositiveSmallIntegerField(choices=[(1, 'one text in the database'), (2, 'manifest and files')], default=1, editable=False, verbose_name='format'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='format',
            field=models.PositiveSmallIntegerField(choices=[(1, 'one text in the database'), (2, 'manifest and files')], default=2, editable=False, verbose_name='format'),
        ),
        migrations.AddField(
            model_name='editionfigure',
            name='explanation',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='editionfigure',
            name='is_public',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='edition',
            name='canonical',
            field=models.TextField(verbose_name='sealed text'),
        ),
        migrations.CreateModel(
            name='EditionErratum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('subject', models.CharField(choices=[('figure', 'figure'), ('passage', 'paragraph'), ('award', 'commendations')], max_length=10)),
                ('item', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(blank=True, choices=[('assessment', 'General assessment'), ('results', 'Results'), ('bright_spot', 'Bright spots'), ('shortcoming', 'Shortcomings and limitations'), ('causes', 'Causes'), ('task', 'Tasks for next year'), ('proposals', 'Proposals'), ('programme', 'Programmes'), ('conference', 'Year-end conference'), ('agenda', 'Agenda'), ('paper', 'Papers'), ('directive', 'Directives')], max_length=20)),
                ('forms', models.CharField(blank=True, max_length=500)),
                ('authorities', models.CharField(blank=True, max_length=500)),
                ('recipients', models.CharField(blank=True, max_length=60)),
                ('old_value', models.BigIntegerField(null=True)),
                ('old_word', models.CharField(blank=True, choices=[('nearly', 'nearly'), ('over', 'more than'), ('above', 'above'), ('about', 'about')], max_length=10)),
                ('old_printed', models.BigIntegerField(null=True)),
                ('new_value', models.BigIntegerField(null=True)),
                ('new_word', models.CharField(blank=True, choices=[('nearly', 'nearly'), ('over', 'more than'), ('above', 'above'), ('about', 'about')], max_length=10)),
                ('new_printed', models.BigIntegerField(null=True)),
                ('old_text_vi', models.TextField(blank=True)),
                ('old_text_en', models.TextField(blank=True)),
                ('new_text_vi', models.TextField(blank=True)),
                ('new_text_en', models.TextField(blank=True)),
                ('is_public', models.BooleanField(default=False)),
                ('why', models.TextField(blank=True)),
                ('role', models.CharField(blank=True, choices=[('officer', 'Officer'), ('signer', 'Releasing leader'), ('reviewer', 'Reviewer'), ('clerk', 'Clerk'), ('award_secretary', 'Award secretary'), ('leader', 'Leader'), ('administrator', 'Administrator')], max_length=20)),
                ('at', models.DateTimeField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.area')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='errata', to='movement.edition')),
                ('indicator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='movement.indicator')),
                ('role_area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.area')),
            ],
            options={
                'verbose_name': 'erratum',
                'verbose_name_plural': 'errata',
                'ordering': ['edition', 'position'],
                'indexes': [models.Index(fields=['area', 'edition'], name='erratum_area_edition')],
                'constraints': [models.UniqueConstraint(fields=('edition', 'position'), name='edition_holds_an_erratum_once')],
            },
        ),
    ]
