"""The catalogue: what submissions must agree with."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, Words, one_of


class Programme(Base):
    """What projects, indicators, rounds and people belong to."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("threshold >= 1", name="programme_threshold_is_positive"),
        CheckConstraint("round_months >= 1", name="programme_round_is_positive"),
    )

    programme_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    description: Mapped[Words]
    currency: Mapped[str] = mapped_column(default="EUR")
    rate_rule: Mapped[str] = mapped_column(default="annual_average")
    round_months: Mapped[int] = mapped_column(default=6)
    threshold: Mapped[int] = mapped_column(default=5)
    sensitive_threshold: Mapped[int] = mapped_column(default=10)
    is_accepted_at_once: Mapped[bool] = mapped_column(default=False)
    is_own_accepted: Mapped[bool] = mapped_column(default=False)
    "Whether who handed a workbook in may accept it."
    is_invented: Mapped[bool] = mapped_column(default=False)
    notice: Mapped[Words]
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    "Published figures of the whole programme, as those of a project."
    source: Mapped[str] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="")


class Place(Base):
    """A node of the tree country > region > territory; a series belongs to one."""

    __tablename__ = "place"
    __table_args__ = (
        one_of("kind", codes.PlaceKind, "place_kind_is_known"),
        CheckConstraint(
            "(kind = 'country') = (parent_code IS NULL)", name="only_countries_are_roots"
        ),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="place_latitude_is_on_earth"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="place_longitude_is_on_earth"),
    )

    place_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("place.place_code"), index=True)
    country_code: Mapped[str] = mapped_column(index=True)
    names: Mapped[Words]
    aliases: Mapped[list[str]]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    source: Mapped[str] = mapped_column(default="")
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class Organisation(Base):
    """A partner, a municipality, a cooperative."""

    __tablename__ = "organisation"

    organisation_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    kind: Mapped[str] = mapped_column(default="")
    country_code: Mapped[str | None] = mapped_column(ForeignKey("place.place_code"))
    source_url: Mapped[str] = mapped_column(default="")
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class Theme(Base):
    """A sector that a project works in."""

    __tablename__ = "theme"

    theme_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    sort: Mapped[int] = mapped_column(default=0)
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class Project(Base):
    """One demonstrative action or pilot, in one or more territories."""

    __tablename__ = "project"
    __table_args__ = (
        one_of("kind", codes.ProjectKind, "project_kind_is_known"),
        CheckConstraint("end_date >= start_date", name="project_runs_forward"),
        CheckConstraint("budget >= 0", name="project_budget_is_not_negative"),
        CheckConstraint("own_contribution <= budget", name="project_share_within_budget"),
    )

    project_code: Mapped[str] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"), index=True)
    kind: Mapped[str]
    names: Mapped[Words]
    aliases: Mapped[list[str]]
    summary: Mapped[Words]
    theme_code: Mapped[str | None] = mapped_column(ForeignKey("theme.theme_code"))
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    budget: Mapped[float | None]
    own_contribution: Mapped[float | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    "Published: [{text (in languages), value, qualifier, unit, date, source_url}], no observations."
    source_url: Mapped[str] = mapped_column(default="")
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class ProjectPlace(Base):
    """Where a project runs."""

    __tablename__ = "project_place"

    project_code: Mapped[str] = mapped_column(ForeignKey("project.project_code"), primary_key=True)
    place_code: Mapped[str] = mapped_column(
        ForeignKey("place.place_code"), primary_key=True, index=True
    )


class ProjectOrganisation(Base):
    """Who runs a project, in which role."""

    __tablename__ = "project_organisation"

    project_code: Mapped[str] = mapped_column(ForeignKey("project.project_code"), primary_key=True)
    organisation_code: Mapped[str] = mapped_column(
        ForeignKey("organisation.organisation_code"), primary_key=True
    )
    role: Mapped[str] = mapped_column(default="")


class SdgGoal(Base):
    """One of the UN's 17 goals; `unofficial` lists the languages whose wording is ours."""

    __tablename__ = "sdg_goal"
    __table_args__ = (CheckConstraint("sdg_goal BETWEEN 1 AND 17", name="there_are_17_goals"),)

    sdg_goal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    colour: Mapped[str]
    short_names: Mapped[Words]
    names: Mapped[Words]
    unofficial: Mapped[list[str]]


class SdgTarget(Base):
    """One of the UN's 169 targets, `8.5`."""

    __tablename__ = "sdg_target"

    sdg_target: Mapped[str] = mapped_column(primary_key=True)
    sdg_goal: Mapped[int] = mapped_column(ForeignKey("sdg_goal.sdg_goal"), index=True)
    names: Mapped[Words]


class SdgIndicator(Base):
    """One of the UN's indicators, `8.5.2`."""

    __tablename__ = "sdg_indicator"

    sdg_indicator: Mapped[str] = mapped_column(primary_key=True)
    sdg_target: Mapped[str] = mapped_column(ForeignKey("sdg_target.sdg_target"), index=True)
    names: Mapped[Words]


class Unit(Base):
    """What a number counts: persons, contacts, households, kg; never mixed."""

    __tablename__ = "unit"

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    aliases: Mapped[list[str]]
    decimals: Mapped[int] = mapped_column(default=0)
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class Indicator(Base):
    """What is measured: a code, a name, one unit, and how its values may be added up.

    A ratio's value is `factor * numerator / denominator`, times 12 / months where `is_annualised`;
    its two parts have a time rule each, and `time_rule` says whether it combines over periods.
    `rests_on` names the people indicator behind an amount, a ratio or hours (protection).
    """

    __tablename__ = "indicator"
    __table_args__ = (
        one_of("measure", codes.Measure, "indicator_measure_is_known"),
        one_of("time_rule", codes.TimeRule, "indicator_time_rule_is_known"),
        one_of("place_rule", codes.PlaceRule, "indicator_place_rule_is_known"),
        one_of("numerator_time_rule", codes.TimeRule, "indicator_numerator_rule_is_known"),
        one_of("denominator_time_rule", codes.TimeRule, "indicator_denominator_rule_is_known"),
        one_of("overlap", codes.Overlap, "indicator_overlap_is_known"),
        one_of("direction", codes.Direction, "indicator_direction_is_known"),
        one_of("level", codes.Level, "indicator_level_is_known"),
        one_of("reported_as", codes.ReportedAs, "indicator_reported_as_is_known"),
        one_of("target_basis", codes.TargetBasis, "indicator_target_basis_is_known"),
        CheckConstraint(
            "measure <> 'ratio' OR (numerator_time_rule IS NOT NULL AND"
            " denominator_time_rule IS NOT NULL)",
            name="a_ratio_has_two_parts",
        ),
        CheckConstraint("scale_max > scale_min", name="indicator_scale_runs_up"),
    )

    indicator_code: Mapped[str] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"), index=True)
    names: Mapped[Words]
    aliases: Mapped[list[str]]
    definition: Mapped[Words]
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.unit_code"))
    measure: Mapped[str]
    time_rule: Mapped[str]
    place_rule: Mapped[str]
    numerator_time_rule: Mapped[str | None]
    denominator_time_rule: Mapped[str | None]
    numerator_names: Mapped[Words | None]
    denominator_names: Mapped[Words | None]
    factor: Mapped[float] = mapped_column(default=1.0)
    is_annualised: Mapped[bool] = mapped_column(default=False)
    is_people: Mapped[bool] = mapped_column(default=False)
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    overlap: Mapped[str] = mapped_column(default="none")
    rests_on: Mapped[str | None] = mapped_column(ForeignKey("indicator.indicator_code"))
    direction: Mapped[str]
    level: Mapped[str]
    reported_as: Mapped[str] = mapped_column(default="in_period")
    target_basis: Mapped[str] = mapped_column(default="cumulative")
    instrument: Mapped[str] = mapped_column(default="")
    scale_min: Mapped[float | None]
    scale_max: Mapped[float | None]
    verification: Mapped[Words]
    frequency: Mapped[str] = mapped_column(default="")
    responsible: Mapped[str] = mapped_column(default="")
    assumptions: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    provenance: Mapped[str] = mapped_column(default="own")
    source_url: Mapped[str] = mapped_column(default="")
    shared_indicator_code: Mapped[str | None] = mapped_column(
        ForeignKey("indicator.indicator_code")
    )
    is_headline: Mapped[bool] = mapped_column(default=False)
    sort: Mapped[int] = mapped_column(default=0)
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class IndicatorSdg(Base):
    """A link from an indicator to an SDG target; a link is not an attribution."""

    __tablename__ = "indicator_sdg"

    indicator_code: Mapped[str] = mapped_column(
        ForeignKey("indicator.indicator_code"), primary_key=True
    )
    sdg_target: Mapped[str] = mapped_column(
        ForeignKey("sdg_target.sdg_target"), primary_key=True, index=True
    )
    provenance: Mapped[str] = mapped_column(default="own")


class Dimension(Base):
    """Who is counted, by what: sex, age_group; exclusive, or several at once."""

    __tablename__ = "dimension"

    dimension_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    aliases: Mapped[list[str]]
    is_exclusive: Mapped[bool] = mapped_column(default=True)
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    sort: Mapped[int] = mapped_column(default=0)
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class Category(Base):
    """One answer of a dimension. `schemes` names the complete lists that it is part of.

    An age band is `age_from` to `age_to`, both years included; open above where `age_to` is null.
    """

    __tablename__ = "category"
    __table_args__ = (CheckConstraint("age_to >= age_from", name="category_age_runs_up"),)

    dimension_code: Mapped[str] = mapped_column(
        ForeignKey("dimension.dimension_code"), primary_key=True
    )
    category_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    aliases: Mapped[list[str]]
    schemes: Mapped[list[str]]
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    is_unknown: Mapped[bool] = mapped_column(default=False)
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    sort: Mapped[int] = mapped_column(default=0)
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class IndicatorDimension(Base):
    """Which disaggregations an indicator may be reported by."""

    __tablename__ = "indicator_dimension"

    indicator_code: Mapped[str] = mapped_column(
        ForeignKey("indicator.indicator_code"), primary_key=True
    )
    dimension_code: Mapped[str] = mapped_column(
        ForeignKey("dimension.dimension_code"), primary_key=True
    )
    sort: Mapped[int] = mapped_column(default=0)


class ProjectIndicator(Base):
    """What a project reports, at which result level, how, and under which parent result."""

    __tablename__ = "project_indicator"
    __table_args__ = (
        one_of("level", codes.Level, "project_indicator_level_is_known"),
        one_of("reported_as", codes.ReportedAs, "project_indicator_reported_as_is_known"),
        one_of("target_basis", codes.TargetBasis, "project_indicator_target_basis_is_known"),
    )

    project_code: Mapped[str] = mapped_column(ForeignKey("project.project_code"), primary_key=True)
    indicator_code: Mapped[str] = mapped_column(
        ForeignKey("indicator.indicator_code"), primary_key=True, index=True
    )
    level: Mapped[str]
    parent_indicator_code: Mapped[str | None] = mapped_column(
        ForeignKey("indicator.indicator_code")
    )
    reported_as: Mapped[str] = mapped_column(default="in_period")
    target_basis: Mapped[str] = mapped_column(default="cumulative")
    dimensions: Mapped[list[str]]
    sort: Mapped[int] = mapped_column(default=0)
    is_ended: Mapped[bool] = mapped_column(default=False)
    "No longer asked for; what was reported by it stays."


class Round(Base):
    """One reporting period of a programme, or of one project, with its due date."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("period_end >= period_start", name="round_runs_forward"),
        CheckConstraint("due_date >= period_end", name="round_is_due_after_its_end"),
        CheckConstraint("grace_days >= 0", name="round_grace_is_not_negative"),
    )

    round_code: Mapped[str] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"), index=True)
    names: Mapped[Words]
    "Empty where its period is its name."
    period_start: Mapped[date]
    period_end: Mapped[date]
    due_date: Mapped[date]
    grace_days: Mapped[int] = mapped_column(default=0)
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"), index=True)
    "Null for a round of every project that runs in it, and has no rounds of its own."
    closed_at: Mapped[datetime | None]


class ExchangeRate(Base):
    """How many units of a currency one euro buys."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        one_of("kind", codes.RateKind, "exchange_rate_kind_is_known"),
        CheckConstraint("per_eur > 0", name="exchange_rate_is_positive"),
    )

    currency: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rate_date: Mapped[date] = mapped_column(primary_key=True)
    per_eur: Mapped[float]
    source: Mapped[str]
