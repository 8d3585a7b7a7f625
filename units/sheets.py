"""What every import and export keeps: sight and permission of the person, versions, the boundary, and the batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import RowResult

from config.folding import fold
from config.numbers import MOST
from config.records import StaleRecord, batch_of
from config.spreadsheets import (
    CountWidget,
    CsvExport,
    PrivateStorage,
    SheetFormat,
    TextWidget,
    UnreadableFile,
    WorkbookExport,
    read_sheet,
)
from units.boundary import refuse_blocked_text, refuse_columns
from units.models import Area, ImportBatch, UnitKind, User
from units.models.existence import with_codes
from units.models.people import today
from units.models.succession import heirs_today

if TYPE_CHECKING:
    import tablib

MOST_ROWS = 1000
MOST_NAME = 150
VERSION = "Phiên bản"
NUMBER = "Số"


class ScopedResource(resources.ModelResource):
    """One sheet of one model: rows in sight only, each asked like a form, an older version refused.

    Heads are Vietnamese and fixed: they are the contract with the people who fill in the sheets.
    """

    version = fields.Field("version", VERSION, CountWidget(), readonly=True)
    required: ClassVar[tuple[str, ...]] = ()  # heads without which a sheet is of another kind

    def __init__(self, user: User | None = None, **kwargs: Any) -> None:
        """Work for `user`; without one nothing is in sight."""
        super().__init__(**kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field.widget, ScopedWidget):
                field.widget.user = user

    def get_queryset(self) -> Any:
        """Return the rows that the person may see."""
        model = self._meta.model
        return model.objects.visible_to(self.user) if self.user else model.objects.none()

    def heads(self) -> dict[str, str]:
        """Return the heads by how they may be typed: folded, or as the field's own name."""
        known = {fold(field.column_name): field.column_name for field in self.get_export_fields()}
        return known | {fold(name): field.column_name for name, field in self.fields.items()}

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Refuse columns beyond the boundary, unknown ones and sheets of another kind, each by name."""
        check_heads(dataset, self.heads(), self.required)

    def import_data(self, dataset: tablib.Dataset, *args: Any, dry_run: bool = False, **kwargs: Any) -> Any:
        """Import all of the sheet or nothing; what is confirmed becomes a batch, named in every line of history."""
        kwargs["rollback_on_validation_errors"] = True
        if dry_run:
            return with_sheet_rows(super().import_data(dataset, *args, dry_run=True, **kwargs), dataset)
        assert self.user is not None  # the pages hand the person in
        file_name = kwargs.get("file_name") or ""
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                subject=str(self._meta.model._meta.verbose_name_plural),
                file_name=file_name,
                digest=getattr(dataset, "digest", ""),
                by=self.user,
            )
            with batch_of(batch.pk):
                result = super().import_data(dataset, *args, dry_run=False, **kwargs)
            if result.has_errors() or result.has_validation_errors():
                transaction.set_rollback(True)
                return with_sheet_rows(result, dataset)
            batch.new = result.totals[RowResult.IMPORT_TYPE_NEW]
            batch.changed = result.totals[RowResult.IMPORT_TYPE_UPDATE]
            batch.same = result.totals[RowResult.IMPORT_TYPE_SKIP]
            batch.save()
        return result

    def import_field(self, field: Any, instance: Any, row: Any, *args: Any, **kwargs: Any) -> None:
        """Fill one field; the library gathers by field what is said as a ValueError."""
        try:
            super().import_field(field, instance, row, *args, **kwargs)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """Import one row; what is wrong with it is told by the heads of its columns."""
        result = super().import_row(row, instance_loader, **kwargs)
        error = result.validation_error
        if error is not None and hasattr(error, "error_dict"):
            heads = {field.attribute: field.column_name for field in self.fields.values()}
            result.validation_error = ValidationError(
                {heads.get(name, name): messages for name, messages in error.error_dict.items()}
            )
        return result

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Ask whether the person may write the finished row, and whether it was made from the present version."""
        meta = instance._meta
        adding = instance._state.adding
        verb = "add" if adding else "change"
        if self.user is None or not self.user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}", instance):
            raise ValidationError(self.refusal(instance))
        if adding:
            return
        typed = CountWidget().clean(row.get(VERSION))
        if typed is None:
            raise already_on_record(instance, VERSION)
        if typed != instance.version:
            raise ValidationError(
                _(
                    "“%(record)s” was changed since this sheet was exported (version %(typed)d, now %(current)d). Export it again and repeat your change."
                ),
                params={"record": instance, "typed": typed, "current": instance.version},
            )

    def refusal(self, instance: Any) -> Any:
        """Return why the person may not write the row."""
        return _("Your posting does not cover this row.")

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """Store the row by its service, turning refusals into messages on the row."""
        try:
            self.write(instance, is_create=is_create)
        except (PermissionDenied, StaleRecord) as refusal:
            raise ValidationError(str(refusal)) from refusal

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the row."""
        instance.save(force_insert=is_create)

    class Meta:
        abstract = True
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_natural_foreign_keys = False


class NumberedResource(ScopedResource):
    """A sheet of records without a code: an exported row carries our number, a row without one is new.

    It holds what lies in the reach of the person's postings; what is merely in sight stays out, because it could not
    come in again.
    """

    row_number = fields.Field("pk", NUMBER, CountWidget(), readonly=True)
    alike: ClassVar[tuple[str, ...]] = ()  # fields in which no two records agree by chance: such a new row is asked

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Add the column of numbers where the sheet has none: all its rows are new."""
        super().before_import(dataset, **kwargs)
        if NUMBER not in dataset.headers:
            dataset.append_col([""] * len(dataset), header=NUMBER)
        refuse_second_time(dataset, NUMBER)

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the record by its number. Raises ValidationError where none of that number is in sight."""
        number = CountWidget().clean(row.get(NUMBER))
        if number is None:
            return None
        found = self.get_queryset().filter(pk=number).first() if number <= MOST else None
        if found is None:
            raise ValidationError(
                _("Number %(number)s is not in your list: leave the column “%(head)s” empty where a row is new."),
                params={"number": str(number), "head": NUMBER},
            )
        return found

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Ask for the record as it was also, and refuse a new row that stands on record already."""
        super().before_save_instance(instance, row, **kwargs)
        stored = type(instance)._base_manager
        if not instance._state.adding:
            meta = instance._meta
            assert self.user is not None  # asked above
            if not self.user.has_perm(f"{meta.app_label}.change_{meta.model_name}", stored.get(pk=instance.pk)):
                raise ValidationError(self.refusal(instance))
        elif self.alike and (
            same := self.known().filter(**{name: getattr(instance, name) for name in self.alike}).first()
        ):
            raise already_on_record(same, NUMBER)

    def known(self) -> Any:
        """Return the records that a new row may not repeat."""
        return self._meta.model._base_manager.all()

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Keep to the person's reach, and join what the sheet shows."""
        return queryset.filter(self.user.reach().own_condition("area__")).for_list() if self.user else queryset.none()

    class Meta(ScopedResource.Meta):
        abstract = True
        import_id_fields = ["row_number"]


class VoidableResource(NumberedResource):
    """A sheet of records that are taken back by saying why they were a mistake."""

    void_reason = fields.Field("void_reason", "Nhập nhầm, lý do", TextWidget())

    def known(self) -> Any:
        """Leave out what was taken back."""
        return super().known().filter(void_reason="")

    class Meta(NumberedResource.Meta):
        abstract = True


class ScopedWidget(widgets.Widget):
    """A widget that looks things up in the person's sight."""

    user: User | None = None


class AreaWidget(ScopedWidget):
    """An area by our code. With `anywhere` the whole catalogue serves, else the reach of the person's postings."""

    def __init__(self, *, anywhere: bool = False) -> None:
        """Keep how far to look."""
        super().__init__()
        self.anywhere = anywhere

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Area | None:
        """Return the area. Raises ValidationError for an unknown code or one outside the person's reach."""
        if value in ("", None):
            return None
        code = str(value).strip().upper()
        area = Area.objects.select_related("district", "province").filter(code=code).first()
        if area is None:
            raise ValidationError(
                _("“%(code)s” is not the code of an area. Codes look like C01897; look yours up in the list of areas."),
                params={"code": value},
            )
        if not self.anywhere and not (self.user and self.user.reach().covers(area)):
            if heirs := heirs_today(area):
                raise ValidationError(
                    _("%(area)s (%(code)s) ended on %(end)s and lies outside your posting. It became: %(heirs)s."),
                    params={"area": area, "code": code, "end": f"{area.valid_to:%d/%m/%Y}", "heirs": with_codes(heirs)},
                )
            raise ValidationError(
                _("%(area)s (%(code)s) lies outside your posting."), params={"area": area, "code": code}
            )
        return area

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if value else ""


class KindWidget(widgets.Widget):
    """A kind of unit by its code or its Vietnamese name."""

    def __init__(self, *, clusters: bool = False) -> None:
        """Keep whether kinds of clusters are meant."""
        super().__init__()
        self.clusters = clusters

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> UnitKind | None:
        """Return the kind. Raises ValidationError that lists the kinds."""
        if value in ("", None):
            return None
        kinds = list(UnitKind.objects.filter(is_cluster=self.clusters))
        wanted = fold(str(value))
        for kind in kinds:
            if wanted in {fold(kind.code), fold(kind.name_vi), fold(kind.name_en)}:
                return kind
        raise ValidationError(
            _("“%(value)s” is not a kind on record. The kinds are: %(kinds)s."),
            params={"value": value, "kinds": "; ".join(kind.name for kind in kinds)},
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name_vi if value else ""


def already_on_record(record: Any, head: str) -> ValidationError:
    """Return the refusal of a row that would change or double `record` without saying so."""
    return ValidationError(
        _(
            "“%(record)s” is already on record. To change it, export the list, change the exported sheet and import that: it carries the column “%(head)s”."
        ),
        params={"record": record, "head": head},
    )


def refuse_second_time(dataset: tablib.Dataset, head: str) -> None:
    """Raise ValidationError where this very file came in before and rows without `head` would come in twice."""
    earlier = ImportBatch.objects.filter(digest=getattr(dataset, "digest", "-"), new__gt=0).order_by("at").first()
    if earlier and not all(dataset[head]):
        raise ValidationError(
            _(
                "This very file was imported before (%(batch)s), and its rows without “%(head)s” would come in twice. Export the list and change that sheet instead."
            ),
            params={"batch": earlier, "head": head},
        )


def with_sheet_rows(result: Any, dataset: tablib.Dataset) -> Any:
    """Number the refused rows as they are numbered in the file."""
    numbers = getattr(dataset, "sheet_rows", None)
    if numbers:
        for refused in [*result.invalid_rows, *result.error_rows]:
            refused.number = numbers[refused.number - 1]
    return result


def check_heads(dataset: tablib.Dataset, known: dict[str, str], required: tuple[str, ...]) -> None:
    """Give the heads their contract names. Raises ValidationError that names refused, unknown, doubled and missing ones."""
    heads = [str(head) for head in dataset.headers or []]
    refuse_columns(heads)
    unknown = [head for head in heads if fold(head) not in known]
    if unknown:
        raise ValidationError(
            _("Unknown columns: %(heads)s. The columns of this sheet are: %(known)s."),
            params={"heads": "; ".join(unknown), "known": "; ".join(dict.fromkeys(known.values()))},
        )
    named = [known[fold(head)] for head in heads]
    doubled = sorted({head for head in named if named.count(head) > 1})
    if doubled:
        raise ValidationError(_("Columns that stand twice: %(heads)s."), params={"heads": "; ".join(doubled)})
    missing = [head for head in required if head not in named]
    if missing:
        raise ValidationError(_("Columns that are missing: %(heads)s."), params={"heads": "; ".join(missing)})
    if len(dataset) > MOST_ROWS:
        raise ValidationError(
            _("The sheet has %(rows)d rows; at most %(most)d can be imported at once. Split it."),
            params={"rows": len(dataset), "most": MOST_ROWS},
        )
    dataset.headers = named


class SheetImportForm(ImportForm):
    """Choose a file. It is read and its columns are asked before anything is kept."""

    notice = _("Do not enter state secrets or anything about people who give information")

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        """Hide the choice of the format: it is told by the content."""
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].widget = forms.HiddenInput()
        self.fields["format"].required = False
        self.fields["import_file"].help_text = _(
            ".xlsx, .xls, .ods or .csv; the first row holds the heads of the columns."
        )
        self.fields["import_file"].widget.attrs["accept"] = ".xlsx,.xls,.ods,.csv"

    @property
    def media(self) -> forms.Media:
        """Need no script."""
        return forms.Media()

    def clean_format(self) -> str:
        """Take the only format."""
        return "0"

    def clean_import_file(self) -> Any:
        """Read the file and refuse columns beyond the boundary before any cell is stored."""
        file = self.cleaned_data["import_file"]
        try:
            dataset = read_sheet(file.read())
        except UnreadableFile as error:
            raise ValidationError(str(error)) from error
        finally:
            file.seek(0)
        refuse_columns(map(str, dataset.headers or []))
        refuse_blocked_text(Path(file.name).stem)
        if len(file.name) > MOST_NAME:
            raise ValidationError(
                _("The name of the file is too long: shorten it to %(most)d signs."), params={"most": MOST_NAME}
            )
        if not len(dataset):
            raise ValidationError(_("The sheet has heads but no rows."))
        return file


class SheetConfirmForm(ConfirmImportForm):
    """Confirm the file that was shown; its name was ours to give."""

    import_file_name = forms.RegexField(r"^[0-9a-f]+$", widget=forms.HiddenInput)
    original_file_name = forms.CharField(
        widget=forms.HiddenInput, max_length=MOST_NAME, validators=[refuse_blocked_text]
    )

    def clean_format(self) -> str:
        """Take the only format."""
        return "0"

    def clean_resource(self) -> str:
        """Take the only sheet."""
        return "0"


class SheetsMixin(ImportExportMixin):
    """Import and export on a list, for those whose posting allows it."""

    import_form_class = SheetImportForm
    confirm_form_class = SheetConfirmForm
    export_form_class = ExportForm
    tmp_storage_class = PrivateStorage
    resource_class: Any

    def get_import_formats(self) -> list[Any]:
        """Take one format that reads them all."""
        return [SheetFormat]

    def get_export_formats(self) -> list[Any]:
        """Offer .xlsx first, then .csv."""
        return [WorkbookExport, CsvExport]

    def get_resource_classes(self, request: Any) -> list[Any]:
        """Return the one sheet of the list."""
        return [self.resource_class]

    def get_import_resource_kwargs(self, request: Any, **kwargs: Any) -> dict[str, Any]:
        """Let the sheet work for the person."""
        return {"user": request.user}

    def get_export_resource_kwargs(self, request: Any, **kwargs: Any) -> dict[str, Any]:
        """Let the sheet work for the person."""
        return {"user": request.user}

    def get_export_filename(self, request: Any, queryset: Any, file_format: Any) -> str:
        """Name the file after the list and the day."""
        return f"{self.opts.model_name}-{today():%Y-%m-%d}.{file_format.get_extension()}"

    def process_import(self, request: Any, **kwargs: Any) -> Any:
        """Store what was shown; a second confirmation finds nothing more to store."""
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(
                request,
                gettext(
                    "This file was imported already, or it was shown too long ago. Look at the list, and choose the file again if need be."
                ),
            )
            return redirect(request.path.replace("process_import/", "import/"))

    def export_action(self, request: Any) -> Any:
        """Export the list as filtered; a filter that the list does not have is no page."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters as error:
            raise Http404 from error

    def process_result(self, result: Any, request: Any) -> Any:
        """Say plainly when a row changed between preview and confirmation, and that nothing was stored."""
        if result.has_errors() or result.has_validation_errors():
            said = [f"{row.number}: {'; '.join(row.error.messages)}" for row in result.invalid_rows]
            said += [str(error.error) for error in result.base_errors]
            messages.error(request, gettext("Nothing was imported. Row %(rows)s") % {"rows": " · ".join(said)})
            return redirect(request.path.replace("process_import/", "import/"))
        return super().process_result(result, request)
