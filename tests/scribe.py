"""A scribe who enters a published report through the services and reads its figures back from the database.

Each entry stands for one key of the report's `figures`: it writes the value where such things are kept, and reads it
from there knowing only the area, the year and the source, never the report.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from awards import tallies
from awards.models import AwardForm, AwardingAuthority, ReportedAwardTotal
from config.words import Word
from movement import printed
from movement.models import (
    Conference,
    Directive,
    Indicator,
    MediationResult,
    ModelSite,
    ModelType,
    PopularModel,
    Programme,
    ProgrammeMeasure,
    ProgrammeSnapshot,
    PublishedFigure,
    Report,
    SafetyStandardResult,
    Shortcoming,
    Task,
)
from movement.reports import open_period
from tests.factories import BodyFactory, PeriodFactory
from tests.people import posted
from units.models import Area, Body, Cluster, ClusterMember, ClusterStanding, UnitKind
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

Span = PublishedFigure.Span
QUALIFIERS = {"exact": "", "less_than": Word.NEARLY, "more_than": Word.OVER}
SAID = {"gần": Word.NEARLY, "hơn": Word.OVER, "trên": Word.ABOVE, "khoảng": Word.ABOUT}
OF_WORD = {"": "exact", Word.NEARLY: "less_than", Word.OVER: "more_than", Word.ABOVE: "more_than"}
UNITS = {  # kinds that have a line of their own; the others are items of one line
    "people_security_team": "units_people_security_team",
    "mediation_team": "units_mediation_team",
    "self_governing_team": "units_self_governing_team",
    "security_order_team": "units_security_order_team",
    "cluster_border_route": "clusters_border_route",
    "cluster_inter_province": "clusters_inter_province",
    "cluster_inter_district": "clusters_inter_district",
    "cluster_inter_commune": "clusters_inter_commune",
    "cluster_total": "clusters_total",
}
OTHER, MEMBERS, CUT = "units_other_kind", "members_by_kind", "other_cut"
AUTHORITIES = {
    "Bộ Công an": "bo_truong_bo_cong_an",
    "Chủ tịch UBND tỉnh": "chu_tich_ubnd_tinh",
    "UBND tỉnh": "chu_tich_ubnd_tinh",
    "Công an tỉnh": "giam_doc_cong_an_tinh",
    "UBND thành phố Bắc Kạn": "chu_tich_ubnd_huyen",
}
PRINTED_AS = "Nguồn ghi: "
CLUSTER = "CUM-4-HUYEN"


def stored(record: Any) -> Any:
    """Check and save `record` as a form does."""
    record.full_clean()
    record.save()
    return record


def spellings(number: Decimal) -> list[str]:
    """Return how Vietnamese newspapers print `number`."""
    found = [f"{number:,.10f}".rstrip("0").rstrip(".").translate(str.maketrans(",.", ".,"))]
    for unit, name in ((10**6, "triệu"), (10**9, "tỷ")):
        if number >= unit:
            found.append(f"{(number / unit).normalize():f} {name}".replace(".", ","))
    return found


@dataclass
class Desk:
    """One report on the scribe's desk; `left` holds what has not been written yet."""

    area: Area
    year: int | None
    source: str
    quotes: list[str]
    left: dict[str, Any]
    time: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @classmethod
    def of(cls, report: dict[str, Any], area: Area) -> Desk:
        source = f"{report['source']['site']} ({report['source']['url']})"
        return cls(area, report["year"], source, report["quotes"], deepcopy(report["figures"]))

    def take(self, path: str) -> Any:
        """Return what stands at `path` and take it off the desk, with keys that hold nothing more."""
        *above, last = path.split(".")
        holders = [self.left]
        for key in above:
            holders.append(holders[-1][key])
        value = holders[-1].pop(last)
        for holder, key in zip(reversed(holders[:-1]), reversed(above), strict=True):
            if not holder[key]:
                del holder[key]
        return value

    def quote_of(self, number: Decimal) -> tuple[str, str]:
        """Return the quote that prints `number`, and the word before it; empty where none does."""
        for quote in self.quotes:
            for spelling in spellings(number):
                if found := re.search(rf"(?:(\w+) )?(?<![\d.,])0?{re.escape(spelling)}(?![\d]|[.,]\d)", quote):
                    return quote, SAID.get(found[1] or "", "")
        return "", ""

    def publish(self, number: Any, *, percent: Any = None, qualifier: str = "exact", **fields: Any) -> None:
        """Store a published figure of the report."""
        value = None if number is None else Decimal(str(number))
        rate = None if percent is None else Decimal(str(percent))
        quote, said = self.quote_of(value if value is not None else rate or Decimal(0))
        word = said if OF_WORD[said] == qualifier else QUALIFIERS[qualifier]
        row = {"value": value, "rate": rate, "word": word, "quote": quote, "note": self.note, **self.time, **fields}
        if code := row.pop("code", ""):
            row["indicator"] = Indicator.objects.get(code=code)
        printed.store(PublishedFigure(area=self.area, year=self.year, source=self.source, **row))

    def rows(self, code: str | None = None, **named: Any) -> Iterable[PublishedFigure]:
        """Return the published figures of the report."""
        found = PublishedFigure.objects.filter(area=self.area, year=self.year, source=self.source, **named)
        if code is not None:
            found = found.filter(indicator__code=code) if code else found.filter(indicator=None)
        return found.select_related("indicator").order_by("pk")

    def report(self) -> Report:
        """Return the area's own report for the year, its period opened where it is not yet."""
        if not Report.objects.filter(area=self.area, period__year=self.year).exists():
            open_period(PeriodFactory(area=self.area, year=self.year), by=posted(self.area, Role.LEADER))
        return Report.objects.get(area=self.area, period__year=self.year)


def plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


# ---------------------------------------------------------------- published figures


@dataclass
class Printed:
    """One published figure: a number, or a number with its word, unit and scope, or a percentage with its parts."""

    code: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    def write(self, desk: Desk, value: Any) -> None:
        told = dict(value) if isinstance(value, dict) else {"value": value}
        number, percent = told.pop("value", None), told.pop("percent", None)
        desk.publish(number, percent=percent, code=self.code, **{**told, **self.fields})

    def read(self, desk: Desk) -> Any:
        (row,) = desk.rows(self.code, **self.fields)
        if row.rate is not None:
            parts = {"numerator": row.numerator, "denominator": row.denominator}
            return {"percent": plain(row.rate), "qualifier": OF_WORD[row.word], **parts}
        told = {name: getattr(row, name) for name in ("unit", "scope") if name not in self.fields}
        told = {name: text for name, text in told.items() if text}
        if not told and not row.word:
            return plain(row.value)
        return {"value": plain(row.value), "qualifier": OF_WORD[row.word], **told}


@dataclass
class Time:
    """The time that all figures of the report cover."""

    spans = {
        "multi_year_review": (Span.SEVERAL, "Tổng kết nhiều năm"),
        "multi_year_preliminary_review": (Span.SEVERAL, "Sơ kết nhiều năm"),
        "year_to_date": (Span.TO_DATE, ""),
    }

    def write(self, desk: Desk, value: Any) -> None:
        span, desk.note = self.spans[value["kind"]]
        desk.time = {"span": span}
        if "from" in value:
            desk.time |= {"starts_on": date(value["from"], 1, 1), "ends_on": date(value["to"], 12, 31)}

    def read(self, desk: Desk) -> Any:
        ((span, note, first, last),) = {(one.span, one.note, one.starts_on, one.ends_on) for one in desk.rows()}
        kind = next(kind for kind, kept in self.spans.items() if kept == (span, note))
        return {"kind": kind, **({"from": first.year, "to": last.year} if first else {})}


@dataclass
class AsOf:
    """The day on which the figures stand."""

    def write(self, desk: Desk, value: str) -> None:
        desk.time = {"span": Span.ON_DAY, "starts_on": date.fromisoformat(value)}

    def read(self, desk: Desk) -> Any:
        (day,) = {one.starts_on for one in desk.rows(span=Span.ON_DAY)}
        return day.isoformat()


@dataclass
class UnitCounts:
    """Units and clusters by kind."""

    def write(self, desk: Desk, value: dict[str, int]) -> None:
        for kind, number in value.items():
            if kind in UNITS:
                desk.publish(number, code=UNITS[kind])
            elif kind == CUT:
                desk.publish(number, code=OTHER, item="other_group", scope="câu bị cắt trong bản lưu")
            else:
                desk.publish(number, code=OTHER, item=kind)

    def read(self, desk: Desk) -> dict[str, Any]:
        own = {code: kind for kind, code in UNITS.items()}
        found = {own[one.indicator.code]: plain(one.value) for one in desk.rows(indicator__code__in=own)}
        others = {one.item: plain(one.value) for one in desk.rows(OTHER)}
        if "other_group" in others:
            others[CUT] = others.pop("other_group")
        return found | others


@dataclass
class UnitMembers:
    """Members by kind of unit."""

    def write(self, desk: Desk, value: dict[str, int]) -> None:
        for kind, number in value.items():
            desk.publish(number, code=MEMBERS, item=kind)

    def read(self, desk: Desk) -> dict[str, Any]:
        return {one.item: plain(one.value) for one in desk.rows(MEMBERS)}


@dataclass
class Implied:
    """A total that nobody printed: the sum of what was, so it is kept nowhere."""

    codes: tuple[str, ...]

    def write(self, desk: Desk, value: int) -> None:
        pass

    def read(self, desk: Desk) -> Any:
        return sum(int(one.value or 0) for one in desk.rows(indicator__code__in=self.codes))


# ---------------------------------------------------------------- clusters


@dataclass
class Route:
    """The members of the border-route cluster, by name or by number."""

    codes: tuple[str, ...]

    def write(self, desk: Desk, value: Any) -> None:
        kind = UnitKind.objects.get(code="cluster_border_route")
        cluster = stored(Cluster(code="CUM-GIAP-RANH", kind=kind, name="Cụm an ninh liên hoàn tuyến giáp ranh"))
        places = list(Area.objects.filter(code__in=self.codes))
        if isinstance(value, list):
            places = [next(one for one in places if one.name == name) for name in value]
        for place in places:
            stored(ClusterMember(cluster=cluster, area=place))


class RouteNames(Route):
    def read(self, desk: Desk) -> Any:
        members = ClusterMember.objects.filter(cluster__kind__code="cluster_border_route")
        return list(members.order_by("pk").values_list("area__name", flat=True))


class RouteCount(Route):
    def read(self, desk: Desk) -> Any:
        return ClusterMember.objects.filter(cluster__kind__code="cluster_border_route").count()


@dataclass
class JointCluster:
    """A cluster with the number of communes that each member brings."""

    codes: dict[str, str]

    def write(self, desk: Desk, value: Any) -> None:
        kind = UnitKind.objects.get(code=value["kind"])
        cluster = stored(Cluster(code=CLUSTER, kind=kind, name="Cụm an ninh liên hoàn bốn huyện"))
        for name, communes in value["members"].items():
            place = Area.objects.get(code=self.codes[name])
            stored(ClusterMember(cluster=cluster, area=place, communes=communes))

    def read(self, desk: Desk) -> Any:
        cluster = Cluster.objects.select_related("kind").get(code=CLUSTER)
        members = {one.area.name: one.communes for one in cluster.members.select_related("area").order_by("pk")}
        return {"kind": cluster.kind.code, "members": members, "communes_total": sum(members.values())}


@dataclass
class StandingUnits:
    """Which member leads the cluster in which year."""

    def write(self, desk: Desk, value: dict[str, str]) -> None:
        cluster = Cluster.objects.get(code=CLUSTER)
        for year, label in value.items():
            member = cluster.members.get(area__name=label.partition(" (")[0])
            stored(ClusterStanding(cluster=cluster, year=int(year), member=member))

    def read(self, desk: Desk) -> Any:
        rows = (
            ClusterStanding.objects.filter(cluster__code=CLUSTER)
            .select_related("member__area__province")
            .order_by("year")
        )
        return {str(one.year): f"{one.member.area.name} ({one.member.area.province.name})" for one in rows}


# ---------------------------------------------------------------- models


@dataclass
class SitesOfTypes:
    """How many sites each type of model has."""

    def write(self, desk: Desk, value: dict[str, int]) -> None:
        for name, sites in value.items():
            kind = stored(ModelType(area=desk.area, name=name))
            model = stored(PopularModel(area=desk.area, type=kind, name=name))
            stored(ModelSite(model=model, area=desk.area, sites=sites))

    def read(self, desk: Desk) -> Any:
        rows = ModelSite.objects.filter(area=desk.area).select_related("model__type")
        return {one.model.type.name: one.sites for one in rows}


@dataclass
class Keepers:
    """Which body keeps a model."""

    def write(self, desk: Desk, value: dict[str, str]) -> None:
        for name, keeper in value.items():
            model = PopularModel.objects.get(area=desk.area, name=name)
            model.keeper = BodyFactory(area=desk.area, name=keeper, kind=Body.Kind.FRONT)
            stored(model)

    def read(self, desk: Desk) -> Any:
        kept = PopularModel.objects.filter(area=desk.area, keeper__isnull=False).select_related("keeper")
        return {one.name: one.keeper.name for one in kept}


@dataclass
class NamedModels:
    """Models by name and place, with their recognition."""

    places: dict[str, str]
    submitted = "Đã trình Bộ Công an"

    def write(self, desk: Desk, value: list[dict[str, Any]]) -> None:
        for one in value:
            area = Area.objects.get(code=self.places[one["area"]])
            kind = stored(ModelType(area=desk.area, name=one["name_vi"]))
            recognition = self.submitted if one.get("recognition") == "submitted_to_ministry" else ""
            stored(PopularModel(area=area, type=kind, name=one["name_vi"], recognition=recognition))

    def read(self, desk: Desk) -> Any:
        found = []
        for one in PopularModel.objects.select_related("area__district").order_by("pk"):
            place = one.area.name
            if one.area.level == Area.Level.COMMUNE:
                place = f"{one.area.full_name}, {one.area.district.name}"
            told = {"recognition": "submitted_to_ministry"} if one.recognition else {"recognised_by": None}
            found.append({"name_vi": one.name, "area": place, **told})
        return found


# ---------------------------------------------------------------- conference, texts, commendations


@dataclass
class ConferenceOf:
    """The conference; `names` says which of our fields holds what the report calls so."""

    names: dict[str, str]

    def write(self, desk: Desk, value: dict[str, Any]) -> None:
        fields = {self.names[name]: told for name, told in value.items()}
        fields["held_on"] = date.fromisoformat(fields["held_on"])
        if host := fields.pop("host", None):
            fields["host"] = BodyFactory(area=desk.area, name=host, kind=Body.Kind.STEERING_COMMITTEE)
        name = f"Hội nghị tổng kết phong trào năm {desk.year}"
        stored(Conference(area=desk.area, year=desk.year, name=name, source=desk.source, **fields))

    def read(self, desk: Desk) -> Any:
        one = Conference.objects.select_related("host").get(area=desk.area, year=desk.year)
        told = {name: getattr(one, attribute) for name, attribute in self.names.items()}
        return {name: said.isoformat() if isinstance(said, date) else str(said) if isinstance(said, Body) else said
                for name, said in told.items()}  # fmt: skip


@dataclass
class Texts:
    """How many shortcomings, tasks or directives there are: each is a row."""

    model: Any
    texts: tuple[str, ...]

    def write(self, desk: Desk, value: int) -> None:
        assert value == len(self.texts)
        for position, text in enumerate(self.texts):
            whole = (
                {"conference": Conference.objects.get(area=desk.area, year=desk.year)}
                if self.model is Directive
                else {"report": desk.report()}
            )
            year = {"year": (desk.year or 0) + 1} if self.model is Task else {}
            stored(self.model(text=text, position=position, **whole, **year))

    def read(self, desk: Desk) -> Any:
        whole = {
            Shortcoming: {"report__area": desk.area, "report__period__year": desk.year},
            Task: {"report__area": desk.area, "report__period__year": desk.year},
            Directive: {"conference__area": desk.area, "conference__year": desk.year},
        }
        return self.model.objects.filter(**whole[self.model]).count()


@dataclass
class Awards:
    """Reported totals of commendations, as the source put them together."""

    occasion: str = ""

    def write(self, desk: Desk, value: Any) -> None:
        for line in value if isinstance(value, list) else [value]:
            self._write_line(desk, line)

    def _write_line(self, desk: Desk, line: dict[str, Any]) -> None:
        names = line.get("authorities") or [line["authority"]]
        named = [] if names == ["unspecified"] else [AwardingAuthority.objects.get(code=AUTHORITIES[n]) for n in names]
        unlike = [name for name, one in zip(names, named, strict=False) if one.printed_vi != name]
        total = ReportedAwardTotal(
            area=desk.area,
            year=desk.year,
            starts_on=desk.time.get("starts_on"),
            ends_on=desk.time.get("ends_on"),
            collectives=line.get("collective"),
            individuals=line.get("individual"),
            mixed=line.get("mixed"),
            to_collectives="collective" in line or not {"individual", "mixed"} & line.keys(),
            to_individuals="individual" in line or not {"collective", "mixed"} & line.keys(),
            word=QUALIFIERS[line.get("qualifier", "exact")],
            occasion=self.occasion,
            source=desk.source,
            note=f"{PRINTED_AS}{unlike[0]}" if unlike else line.get("note", ""),
        )
        stored(total)
        total.forms.set(AwardForm.objects.filter(code__in=line.get("forms") or [line["form"]]))
        total.authorities.set(named)

    def read(self, desk: Desk) -> Any:
        rows = ReportedAwardTotal.objects.filter(area=desk.area, year=desk.year, source=desk.source).order_by("pk")
        return [self._read_line(one) for one in rows]

    def _read_line(self, total: ReportedAwardTotal) -> dict[str, Any]:
        forms = sorted(total.forms.values_list("code", flat=True))
        names = sorted(total.authorities.values_list("printed_vi", flat=True)) or ["unspecified"]
        note = total.note
        if note.startswith(PRINTED_AS):
            names, note = [note.removeprefix(PRINTED_AS)], ""
        counts = {"collective": total.collectives, "individual": total.individuals, "mixed": total.mixed}
        told = {name: number for name, number in counts.items() if number is not None}
        return {
            **({"form": forms[0]} if len(forms) == 1 else {"forms": forms}),
            **({"authority": names[0]} if len(names) == 1 else {"authorities": names}),
            **(told or {"counts": "not_published"}),
            **({"qualifier": OF_WORD[total.word]} if total.word else {}),
            **({"note": note} if note else {}),
        }


class OneAward(Awards):
    def read(self, desk: Desk) -> Any:
        (line,) = super().read(desk)
        return line


@dataclass
class AwardsTotal:
    """What the lines come to: computed, kept nowhere."""

    def write(self, desk: Desk, value: Any) -> None:
        pass

    def read(self, desk: Desk) -> Any:
        assert desk.year is not None
        collectives, people = tallies.commended(desk.area, desk.year)
        return {"collective": collectives, "individual": people}


# ---------------------------------------------------------------- results and programmes


@dataclass
class Mediation:
    """Mediation results of a span of days, and the rate that was published of them."""

    first: date
    last: date
    rule: str = ""

    def write(self, desk: Desk, value: dict[str, Any]) -> None:
        numbers = {name: told for name, told in value.items() if name != "published_rate_percent"}
        stored(MediationResult(area=desk.area, starts_on=self.first, ends_on=self.last, **numbers))
        if (rate := value.get("published_rate_percent")) is not None:
            desk.publish(
                None,
                percent=rate,
                code="mediation_successful",
                numerator=numbers["successful"],
                denominator=580,
                rate_rule=self.rule,
            )

    def read(self, desk: Desk) -> Any:
        one = MediationResult.objects.get(area=desk.area, starts_on=self.first, ends_on=self.last)
        names = ("received", "successful", "unsuccessful", "pending")
        told = {name: getattr(one, name) for name in names if getattr(one, name) is not None}
        rates = [plain(row.rate) for row in desk.rows("mediation_successful")] if self.rule else []
        return told | ({"published_rate_percent": rates[0]} if rates else {})


@dataclass
class Standard:
    """Results of the safety standard, with the rating of the province."""

    kind: str
    explanation: str = ""

    def write(self, desk: Desk, value: dict[str, Any]) -> None:
        rated = value.get("rated", value)
        stored(
            SafetyStandardResult(
                area=desk.area,
                year=desk.year,
                object=self.kind,
                met=value.get("recognised_published"),
                total=value.get("total"),
                explanation=self.explanation,
                **{name: rated[name] for name in ("excellent", "good", "average")},
            )
        )

    def read(self, desk: Desk) -> Any:
        one = SafetyStandardResult.objects.get(area=desk.area, year=desk.year, object=self.kind)
        rated = {name: getattr(one, name) for name in ("excellent", "good", "average")}
        if one.met is not None:
            return {"recognised_published": one.met, "rated": rated, "rated_total": one.rated}
        return {**rated, "total": one.total}


@dataclass
class Snapshots:
    """Where a programme stood on a day; `measures` names what the report calls so."""

    measures: dict[str, tuple[str, str]]

    def write(self, desk: Desk, value: dict[str, Any]) -> None:
        programme = stored(Programme(area=desk.area, code="DE-AN-06", name="Đề án 06"))
        taken_on = date.fromisoformat(value["as_of"])
        for key, (name, unit) in self.measures.items():
            measure = stored(ProgrammeMeasure(programme=programme, name=name, unit=unit))
            stored(
                ProgrammeSnapshot(
                    area=desk.area, measure=measure, taken_on=taken_on, value=value[key], source=desk.source
                )
            )

    def read(self, desk: Desk) -> Any:
        key_of = {name: key for key, (name, _unit) in self.measures.items()}
        rows = list(ProgrammeSnapshot.objects.filter(area=desk.area).select_related("measure"))
        ((day,),) = [{one.taken_on for one in rows}]
        return {"as_of": day.isoformat(), **{key_of[one.measure.name]: plain(one.value) for one in rows}}
