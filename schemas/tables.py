"""Every database table, with the rules no row may ever break as named constraints.

Names and texts in several languages are one JSON column each, `{"en": ..., "el": ...}`.
Observations are derived from the kept workbooks and the log of decisions (`medtown rebuild`).
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from schemas import codes

Words = dict[str, str]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware going in and coming out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The tables of the project; constraint names follow one convention, so tests can read them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads a class attribute)
        str: Text,
        datetime: UtcDateTime,
        date: Date,
        bytes: LargeBinary,
        dict[str, Any]: JSON,
        Words: JSON,
        list[str]: JSON,
    }


def one_of(column: str, vocabulary: type[StrEnum], name: str) -> CheckConstraint:
    """Return the constraint that a column holds a word of a closed vocabulary."""
    words = ", ".join(f"'{word.value}'" for word in vocabulary)
    return CheckConstraint(f"{column} IN ({words})", name=name)


# --- The catalogue: what submissions must agree with ------------------------------------------


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


class Organisation(Base):
    """A partner, a municipality, a cooperative."""

    __tablename__ = "organisation"

    organisation_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    kind: Mapped[str] = mapped_column(default="")
    country_code: Mapped[str | None] = mapped_column(ForeignKey("place.place_code"))
    source_url: Mapped[str] = mapped_column(default="")


class Theme(Base):
    """A sector that a project works in."""

    __tablename__ = "theme"

    theme_code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[Words]
    sort: Mapped[int] = mapped_column(default=0)


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


class Round(Base):
    """One reporting period of a programme with its due date."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("period_end >= period_start", name="round_runs_forward"),
        CheckConstraint("due_date >= period_end", name="round_is_due_after_its_end"),
    )

    round_code: Mapped[str] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"), index=True)
    names: Mapped[Words]
    period_start: Mapped[date]
    period_end: Mapped[date]
    due_date: Mapped[date]


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


# --- What was received, and what was decided ---------------------------------------------------


class Layout(Base):
    """Where things are in a kind of workbook: one version of one TOML text.

    Remembered ones hold what was answered for a kind of workbook of a partner, `project_code`.
    """

    __tablename__ = "layout"

    layout_code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    "The first 12 hexadecimal digits of the text's SHA-256."
    body: Mapped[str]
    created_at: Mapped[datetime]
    is_remembered: Mapped[bool] = mapped_column(default=False)
    project_code: Mapped[str] = mapped_column(default="")


class Workbook(Base):
    """The bytes of a file as received; null once a refused file was deleted."""

    __tablename__ = "workbook"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="workbook_key_is_a_sha256"),
        CheckConstraint("size >= 0", name="workbook_size_is_not_negative"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    received_at: Mapped[datetime]


class Submission(Base):
    """One workbook as received, and what became of it."""

    __tablename__ = "submission"
    __table_args__ = (
        one_of("state", codes.SubmissionState, "submission_state_is_known"),
        UniqueConstraint("sha256", "sender", name="one_submission_per_file_and_sender"),
    )

    submission_id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("workbook.sha256"))
    sender: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str]
    programme_code: Mapped[str | None] = mapped_column(
        ForeignKey("programme.programme_code"), index=True
    )
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"), index=True)
    layout_code: Mapped[str] = mapped_column(default="")
    layout_version: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    state: Mapped[str]
    values_found: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]


class FindingRow(Base):
    """One finding of one submission (`schemas.findings.Finding`), and its justification."""

    __tablename__ = "finding"
    __table_args__ = (one_of("severity", codes.Severity, "finding_severity_is_known"),)

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.submission_id"), index=True)
    code: Mapped[str]
    severity: Mapped[str]
    sheet: Mapped[str]
    cell: Mapped[str]
    found: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    justification: Mapped[str] = mapped_column(default="")


class AnswerGiven(Base):
    """What was answered to a question that the cells of one submission could not settle."""

    __tablename__ = "answer"

    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.submission_id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    "The name of the question within the workbook (`etl.questions.key`)."
    answer: Mapped[str]


class Decision(Base):
    """The log of what was accepted, withdrawn and reinstated, in the order in which it counts."""

    __tablename__ = "decision"
    __table_args__ = (one_of("action", codes.Action, "decision_action_is_known"),)

    decision_id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.submission_id"), index=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    action: Mapped[str]
    actor: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime] = mapped_column(unique=True)


class Breakdown(Base):
    """One combination of categories, `age_group=18-29|sex=F`; empty for the total."""

    __tablename__ = "breakdown"

    breakdown_key: Mapped[str] = mapped_column(primary_key=True)


class BreakdownCategory(Base):
    """The categories of a breakdown, one of each dimension."""

    __tablename__ = "breakdown_category"

    breakdown_key: Mapped[str] = mapped_column(
        ForeignKey("breakdown.breakdown_key"), primary_key=True
    )
    dimension_code: Mapped[str] = mapped_column(
        ForeignKey("dimension.dimension_code"), primary_key=True
    )
    category_code: Mapped[str]


class Observation(Base):
    """One value of one indicator: for one project, place, period, value type and breakdown.

    `value` stays in the unit it was reported in; money has `value_eur` and its rate beside it.
    A baseline's period is its day, a target's (or milestone's) its due day, twice.
    Rows are only ever closed (`superseded_at`), never changed, never opened again.
    """

    __tablename__ = "observation"
    __table_args__ = (
        one_of("value_type", codes.ValueType, "observation_value_type_is_known"),
        one_of("qualifier", codes.Qualifier, "observation_qualifier_is_known"),
        one_of("basis", codes.Basis, "observation_basis_is_known"),
        one_of("answer", codes.Answer, "observation_answer_is_known"),
        one_of("reported_as", codes.ReportedAs, "observation_reported_as_is_known"),
        CheckConstraint("period_end >= period_start", name="period_runs_forward"),
        CheckConstraint("superseded_at > accepted_at", name="superseded_after_accepted"),
        CheckConstraint(
            "(answer = 'value') = (value IS NOT NULL OR text IS NOT NULL)",
            name="a_value_or_an_answer",
        ),
        CheckConstraint("(numerator IS NULL) = (denominator IS NULL)", name="ratio_parts_together"),
        CheckConstraint("n >= 0", name="observation_n_is_not_negative"),
        CheckConstraint(
            "value_eur IS NULL OR (currency IS NOT NULL AND rate IS NOT NULL)",
            name="euros_have_their_rate",
        ),
        # One current observation a key; '' stands for no project, because null equals nothing.
        Index(
            "one_current_observation_per_key",
            "programme_code",
            text("coalesce(project_code, '')"),
            "place_code",
            "indicator_code",
            "period_start",
            "period_end",
            "value_type",
            "breakdown_key",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(
            "ix_observation_totals",
            "programme_code",
            "indicator_code",
            "place_code",
            sqlite_where=text("superseded_at IS NULL AND breakdown_key = ''"),
            postgresql_where=text("superseded_at IS NULL AND breakdown_key = ''"),
        ),
        Index("ix_observation_project", "project_code", "indicator_code", "superseded_at"),
        Index("ix_observation_indicator", "indicator_code", "superseded_at"),
        Index("ix_observation_place", "place_code", "superseded_at"),
        Index("ix_observation_submission", "submission_id"),
        Index(
            "ix_observation_closed",
            "superseded_at",
            sqlite_where=text("superseded_at IS NOT NULL"),
            postgresql_where=text("superseded_at IS NOT NULL"),
        ),
    )

    observation_id: Mapped[int] = mapped_column(primary_key=True)
    programme_code: Mapped[str] = mapped_column(ForeignKey("programme.programme_code"))
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.project_code"))
    place_code: Mapped[str] = mapped_column(ForeignKey("place.place_code"))
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicator.indicator_code"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    value_type: Mapped[str]
    breakdown_key: Mapped[str] = mapped_column(ForeignKey("breakdown.breakdown_key"), default="")
    value: Mapped[float | None]
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    n: Mapped[float | None]
    text: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="value")
    qualifier: Mapped[str] = mapped_column(default="=")
    basis: Mapped[str] = mapped_column(default="measured")
    reported_as: Mapped[str] = mapped_column(default="in_period")
    currency: Mapped[str | None]
    value_eur: Mapped[float | None]
    rate: Mapped[float | None]
    rate_kind: Mapped[str | None]
    rate_date: Mapped[date | None]
    rate_source: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.submission_id"))
    sheet: Mapped[str]
    cell: Mapped[str]
    raw: Mapped[str]
    accepted_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Withheld(Base):
    """An observation that the public may not see, and why (derived: `schemas.protect`)."""

    __tablename__ = "withheld"

    observation_id: Mapped[int] = mapped_column(
        ForeignKey("observation.observation_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    reason: Mapped[str]


class Revision(Base):
    """Which state something is in: another token with every change, kept so by triggers."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]


class Rolled(Base):
    """A programme whose series are rolled up (`series`, `step`), and by which rules (derived)."""

    __tablename__ = "rolled"

    programme_code: Mapped[str] = mapped_column(primary_key=True)
    rules: Mapped[str]
    "A digest of what the arithmetic within series rests on: a change of it makes them anew."


class SeriesRow(Base):
    """One series as some readers see it, and what it has come to (derived: `schemas.steps`).

    `breakdown_key` is empty for the total; a category has what it came to last, and no steps. Where
    something is withheld from the public, it has a row of its own and the others have theirs.
    """

    __tablename__ = "series"
    __table_args__ = (
        Index(
            "one_series_for_each_reader",
            "programme_code",
            "indicator_code",
            "project_code",
            "place_code",
            "breakdown_key",
            "is_public",
            unique=True,
        ),
        Index("ix_series_project", "programme_code", "project_code"),
    )

    series_id: Mapped[int] = mapped_column(primary_key=True)
    programme_code: Mapped[str]
    project_code: Mapped[str]
    place_code: Mapped[str]
    indicator_code: Mapped[str]
    breakdown_key: Mapped[str] = mapped_column(default="")
    is_public: Mapped[bool]
    "Whether the public sees it so."
    is_full: Mapped[bool]
    "Whether everybody else sees it so."
    first_day: Mapped[date]
    last_day: Mapped[date]
    facts: Mapped[str | None]
    "`schemas.packed.Facts`; null for a category."
    reached: Mapped[str | None]
    "The contribution by its last day (`schemas.packed`); null where nothing was said."


class StepRow(Base):
    """What a series had come to on the last day of a period, and of that alone (derived)."""

    __tablename__ = "step"
    __table_args__ = (
        Index("ix_step_period_end", "period_end"),
        {"sqlite_with_rowid": False},
    )

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.series_id", ondelete="CASCADE"), primary_key=True
    )
    period_end: Mapped[date] = mapped_column(primary_key=True)
    period_start: Mapped[date] = mapped_column(primary_key=True)
    so_far: Mapped[str]
    in_period: Mapped[str | None]


class Audit(Base):
    """Who did what, when, with what effect: append-only, chained by hash, guarded by triggers."""

    __tablename__ = "audit"
    __table_args__ = (CheckConstraint("length(hash) = 64", name="audit_hash_is_a_sha256"),)

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    previous_hash: Mapped[str]
    hash: Mapped[str]


def current() -> Any:
    """Return the condition that an observation is the one that counts today."""
    return Observation.superseded_at.is_(None)


def known_on(moment: datetime) -> Any:
    """Return the condition that an observation was the one that counted at a moment."""
    return (Observation.accepted_at <= moment) & (
        Observation.superseded_at.is_(None) | (Observation.superseded_at > moment)
    )
