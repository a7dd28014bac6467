"""Observations, and what is derived from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from schemas import codes
from schemas.tables.base import Base, one_of


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


class WithheldElsewhere(Base):
    """How many values of a series a data package left out, because its readers may not see them.

    Filled where a package is loaded (`etl.published`): so a page says "withheld" here too, instead of
    "not reported". `project_code` is empty for none.
    """

    __tablename__ = "withheld_elsewhere"
    __table_args__ = (CheckConstraint("number >= 1", name="something_is_withheld"),)

    programme_code: Mapped[str] = mapped_column(
        ForeignKey("programme.programme_code"), primary_key=True
    )
    project_code: Mapped[str] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(ForeignKey("place.place_code"), primary_key=True)
    indicator_code: Mapped[str] = mapped_column(
        ForeignKey("indicator.indicator_code"), primary_key=True
    )
    is_total: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int]
    told_at: Mapped[datetime | None]
    "The last decision that the package knew of: of earlier days nothing is told."


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


def current() -> Any:
    """Return the condition that an observation is the one that counts today."""
    return Observation.superseded_at.is_(None)


def known_on(moment: datetime) -> Any:
    """Return the condition that an observation was the one that counted at a moment."""
    return (Observation.accepted_at <= moment) & (
        Observation.superseded_at.is_(None) | (Observation.superseded_at > moment)
    )
