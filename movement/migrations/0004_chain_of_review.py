
import django.db.models.deletion
from django.db import migrations, models

import units.boundary


def follow_the_tree(apps, schema_editor):
    """Reports opened before went up the tree of areas."""
    area = apps.get_model("units", "Area").objects.filter(pk=models.OuterRef("area"))
    for name in ("Report", "HistoricalReport"):
        apps.get_model("movement", name).objects.update(goes_to=models.Subquery(area.values("parent")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("movement", "0003_the_years_work"),
        ("units", "0004_reorganisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "valid_from",
                    models.DateField(
                        blank=True,
                        help_text="First day. Empty: since before the records begin.",
                        null=True,
                        verbose_name="from",
                    ),
                ),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The day after the last day. Empty: still in force.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        choices=[("government", "government line"), ("police", "police line")],
                        max_length=12,
                        verbose_name="reporting line",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("country", "country"),
                            ("province", "province"),
                            ("district", "district"),
                            ("commune", "commune"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "to_level",
                    models.CharField(
                        choices=[
                            ("country", "country"),
                            ("province", "province"),
                            ("district", "district"),
                            ("commune", "commune"),
                        ],
                        max_length=10,
                        verbose_name="goes to",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[units.boundary.refuse_blocked_text],
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "route of review",
                "verbose_name_plural": "Chain of review",
                "ordering": ["line", "valid_from", "level"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_state_is_known",
        ),
        migrations.AddField(
            model_name="historicalperiod",
            name="line",
            field=models.CharField(
                choices=[("government", "government line"), ("police", "police line")],
                default="government",
                help_text="It decides who reviews whom; the police have two levels already since 01/03/2025.",
                max_length=12,
                verbose_name="reporting line",
            ),
        ),
        migrations.AddField(
            model_name="historicalreport",
            name="goes_to",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                help_text="The area that reviews it and takes it into its own.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="units.area",
                verbose_name="goes to",
            ),
        ),
        migrations.AddField(
            model_name="period",
            name="line",
            field=models.CharField(
                choices=[("government", "government line"), ("police", "police line")],
                default="government",
                help_text="It decides who reviews whom; the police have two levels already since 01/03/2025.",
                max_length=12,
                verbose_name="reporting line",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="goes_to",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The area that reviews it and takes it into its own.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports_below",
                to="units.area",
                verbose_name="goes to",
            ),
        ),
        migrations.AlterField(
            model_name="historicalreport",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("awaiting_signature", "Awaiting release"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned"),
                    ("approved", "Approved and locked"),
                    ("published", "Published"),
                    ("carried", "Carried into the new area"),
                ],
                default="draft",
                editable=False,
                max_length=20,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("awaiting_signature", "Awaiting release"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned"),
                    ("approved", "Approved and locked"),
                    ("published", "Published"),
                    ("carried", "Carried into the new area"),
                ],
                default="draft",
                editable=False,
                max_length=20,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["draft", "awaiting_signature", "submitted", "returned", "approved", "published", "carried"],
                    )
                ),
                name="report_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewroute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_to__isnull", True),
                    ("valid_to__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="review_route_ends_after_it_begins",
                violation_error_message="The end must come after the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewroute",
            constraint=models.UniqueConstraint(fields=("line", "level", "valid_from"), name="review_route_begins_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewroute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_from__isnull", True)),
                fields=("line", "level"),
                name="review_route_begins_once_since_ever",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("line__in", ["government", "police"])), name="review_route_line_is_known"
            ),
        ),
        migrations.RunPython(follow_the_tree, migrations.RunPython.noop, elidable=True),
    ]
