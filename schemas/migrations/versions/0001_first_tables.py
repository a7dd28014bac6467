"""The tables of the first release"""

import sqlalchemy as sa
from alembic import op

from schemas.tables import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("audit_hash_is_a_sha256")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "breakdown",
        sa.Column("breakdown_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("breakdown_key", name=op.f("pk_breakdown")),
    )
    op.create_table(
        "dimension",
        sa.Column("dimension_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dimension_code", name=op.f("pk_dimension")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=False),
        sa.Column("per_eur", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('day', 'month', 'period_end', 'annual_average')",
            name=op.f("exchange_rate_kind_is_known"),
        ),
        sa.CheckConstraint("per_eur > 0", name=op.f("exchange_rate_is_positive")),
        sa.PrimaryKeyConstraint("currency", "kind", "rate_date", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "layout",
        sa.Column("layout_code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("is_remembered", sa.Boolean(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("layout_code", "version", name=op.f("pk_layout")),
    )
    op.create_table(
        "place",
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'country') = (parent_code IS NULL)", name=op.f("only_countries_are_roots")
        ),
        sa.CheckConstraint(
            "kind IN ('country', 'region', 'territory')", name=op.f("place_kind_is_known")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("place_latitude_is_on_earth")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("place_longitude_is_on_earth")
        ),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["place.place_code"], name=op.f("fk_place_parent_code")
        ),
        sa.PrimaryKeyConstraint("place_code", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_country_code"), "place", ["country_code"], unique=False)
    op.create_index(op.f("ix_place_parent_code"), "place", ["parent_code"], unique=False)
    op.create_table(
        "programme",
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rate_rule", sa.Text(), nullable=False),
        sa.Column("round_months", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("sensitive_threshold", sa.Integer(), nullable=False),
        sa.Column("is_accepted_at_once", sa.Boolean(), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.CheckConstraint("round_months >= 1", name=op.f("programme_round_is_positive")),
        sa.CheckConstraint("threshold >= 1", name=op.f("programme_threshold_is_positive")),
        sa.PrimaryKeyConstraint("programme_code", name=op.f("pk_programme")),
    )
    op.create_table(
        "sdg_goal",
        sa.Column("sdg_goal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("short_names", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("unofficial", sa.JSON(), nullable=False),
        sa.CheckConstraint("sdg_goal BETWEEN 1 AND 17", name=op.f("there_are_17_goals")),
        sa.PrimaryKeyConstraint("sdg_goal", name=op.f("pk_sdg_goal")),
    )
    op.create_table(
        "theme",
        sa.Column("theme_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("theme_code", name=op.f("pk_theme")),
    )
    op.create_table(
        "unit",
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_code", name=op.f("pk_unit")),
    )
    op.create_table(
        "workbook",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("workbook_key_is_a_sha256")),
        sa.CheckConstraint("size >= 0", name=op.f("workbook_size_is_not_negative")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_workbook")),
    )
    op.create_table(
        "breakdown_category",
        sa.Column("breakdown_key", sa.Text(), nullable=False),
        sa.Column("dimension_code", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["breakdown_key"],
            ["breakdown.breakdown_key"],
            name=op.f("fk_breakdown_category_breakdown_key"),
        ),
        sa.ForeignKeyConstraint(
            ["dimension_code"],
            ["dimension.dimension_code"],
            name=op.f("fk_breakdown_category_dimension_code"),
        ),
        sa.PrimaryKeyConstraint(
            "breakdown_key", "dimension_code", name=op.f("pk_breakdown_category")
        ),
    )
    op.create_table(
        "category",
        sa.Column("dimension_code", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("schemes", sa.JSON(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("is_unknown", sa.Boolean(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.CheckConstraint("age_to >= age_from", name=op.f("category_age_runs_up")),
        sa.ForeignKeyConstraint(
            ["dimension_code"],
            ["dimension.dimension_code"],
            name=op.f("fk_category_dimension_code"),
        ),
        sa.PrimaryKeyConstraint("dimension_code", "category_code", name=op.f("pk_category")),
    )
    op.create_table(
        "indicator",
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("time_rule", sa.Text(), nullable=False),
        sa.Column("place_rule", sa.Text(), nullable=False),
        sa.Column("numerator_time_rule", sa.Text(), nullable=True),
        sa.Column("denominator_time_rule", sa.Text(), nullable=True),
        sa.Column("numerator_names", sa.JSON(), nullable=True),
        sa.Column("denominator_names", sa.JSON(), nullable=True),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("is_annualised", sa.Boolean(), nullable=False),
        sa.Column("is_people", sa.Boolean(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("overlap", sa.Text(), nullable=False),
        sa.Column("rests_on", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("reported_as", sa.Text(), nullable=False),
        sa.Column("target_basis", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("scale_min", sa.Double(), nullable=True),
        sa.Column("scale_max", sa.Double(), nullable=True),
        sa.Column("verification", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("assumptions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("shared_indicator_code", sa.Text(), nullable=True),
        sa.Column("is_headline", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "denominator_time_rule IN ('sum', 'last', 'max', 'mean', 'none')",
            name=op.f("indicator_denominator_rule_is_known"),
        ),
        sa.CheckConstraint(
            "direction IN ('up', 'down', 'none')", name=op.f("indicator_direction_is_known")
        ),
        sa.CheckConstraint(
            "level IN ('input', 'output', 'outcome', 'impact', 'context')",
            name=op.f("indicator_level_is_known"),
        ),
        sa.CheckConstraint(
            "measure <> 'ratio' OR (numerator_time_rule IS NOT NULL AND denominator_time_rule IS NOT NULL)",
            name=op.f("a_ratio_has_two_parts"),
        ),
        sa.CheckConstraint(
            "measure IN ('count', 'amount', 'ratio', 'quantity', 'score', 'yes_no', 'text')",
            name=op.f("indicator_measure_is_known"),
        ),
        sa.CheckConstraint(
            "numerator_time_rule IN ('sum', 'last', 'max', 'mean', 'none')",
            name=op.f("indicator_numerator_rule_is_known"),
        ),
        sa.CheckConstraint(
            "overlap IN ('none', 'periods', 'projects', 'both')",
            name=op.f("indicator_overlap_is_known"),
        ),
        sa.CheckConstraint(
            "place_rule IN ('sum', 'weighted', 'none')", name=op.f("indicator_place_rule_is_known")
        ),
        sa.CheckConstraint(
            "reported_as IN ('in_period', 'to_date')", name=op.f("indicator_reported_as_is_known")
        ),
        sa.CheckConstraint(
            "target_basis IN ('cumulative', 'level', 'per_period')",
            name=op.f("indicator_target_basis_is_known"),
        ),
        sa.CheckConstraint(
            "time_rule IN ('sum', 'last', 'max', 'mean', 'none')",
            name=op.f("indicator_time_rule_is_known"),
        ),
        sa.CheckConstraint("scale_max > scale_min", name=op.f("indicator_scale_runs_up")),
        sa.ForeignKeyConstraint(
            ["programme_code"],
            ["programme.programme_code"],
            name=op.f("fk_indicator_programme_code"),
        ),
        sa.ForeignKeyConstraint(
            ["rests_on"], ["indicator.indicator_code"], name=op.f("fk_indicator_rests_on")
        ),
        sa.ForeignKeyConstraint(
            ["shared_indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_indicator_shared_indicator_code"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["unit.unit_code"], name=op.f("fk_indicator_unit_code")
        ),
        sa.PrimaryKeyConstraint("indicator_code", name=op.f("pk_indicator")),
    )
    op.create_index(
        op.f("ix_indicator_programme_code"), "indicator", ["programme_code"], unique=False
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_code"], ["place.place_code"], name=op.f("fk_organisation_country_code")
        ),
        sa.PrimaryKeyConstraint("organisation_code", name=op.f("pk_organisation")),
    )
    op.create_table(
        "project",
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("theme_code", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("budget", sa.Double(), nullable=True),
        sa.Column("own_contribution", sa.Double(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('demonstrative_action', 'pilot', 'other')", name=op.f("project_kind_is_known")
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("project_budget_is_not_negative")),
        sa.CheckConstraint("end_date >= start_date", name=op.f("project_runs_forward")),
        sa.CheckConstraint("own_contribution <= budget", name=op.f("project_share_within_budget")),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.programme_code"], name=op.f("fk_project_programme_code")
        ),
        sa.ForeignKeyConstraint(
            ["theme_code"], ["theme.theme_code"], name=op.f("fk_project_theme_code")
        ),
        sa.PrimaryKeyConstraint("project_code", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_programme_code"), "project", ["programme_code"], unique=False)
    op.create_table(
        "round",
        sa.Column("round_code", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.CheckConstraint("due_date >= period_end", name=op.f("round_is_due_after_its_end")),
        sa.CheckConstraint("period_end >= period_start", name=op.f("round_runs_forward")),
        sa.ForeignKeyConstraint(
            ["programme_code"], ["programme.programme_code"], name=op.f("fk_round_programme_code")
        ),
        sa.PrimaryKeyConstraint("round_code", name=op.f("pk_round")),
    )
    op.create_index(op.f("ix_round_programme_code"), "round", ["programme_code"], unique=False)
    op.create_table(
        "sdg_target",
        sa.Column("sdg_target", sa.Text(), nullable=False),
        sa.Column("sdg_goal", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sdg_goal"], ["sdg_goal.sdg_goal"], name=op.f("fk_sdg_target_sdg_goal")
        ),
        sa.PrimaryKeyConstraint("sdg_target", name=op.f("pk_sdg_target")),
    )
    op.create_index(op.f("ix_sdg_target_sdg_goal"), "sdg_target", ["sdg_goal"], unique=False)
    op.create_table(
        "indicator_dimension",
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("dimension_code", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_code"],
            ["dimension.dimension_code"],
            name=op.f("fk_indicator_dimension_dimension_code"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_indicator_dimension_indicator_code"),
        ),
        sa.PrimaryKeyConstraint(
            "indicator_code", "dimension_code", name=op.f("pk_indicator_dimension")
        ),
    )
    op.create_table(
        "indicator_sdg",
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("sdg_target", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_indicator_sdg_indicator_code"),
        ),
        sa.ForeignKeyConstraint(
            ["sdg_target"], ["sdg_target.sdg_target"], name=op.f("fk_indicator_sdg_sdg_target")
        ),
        sa.PrimaryKeyConstraint("indicator_code", "sdg_target", name=op.f("pk_indicator_sdg")),
    )
    op.create_index(
        op.f("ix_indicator_sdg_sdg_target"), "indicator_sdg", ["sdg_target"], unique=False
    )
    op.create_table(
        "project_indicator",
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_indicator_code", sa.Text(), nullable=True),
        sa.Column("reported_as", sa.Text(), nullable=False),
        sa.Column("target_basis", sa.Text(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('input', 'output', 'outcome', 'impact', 'context')",
            name=op.f("project_indicator_level_is_known"),
        ),
        sa.CheckConstraint(
            "reported_as IN ('in_period', 'to_date')",
            name=op.f("project_indicator_reported_as_is_known"),
        ),
        sa.CheckConstraint(
            "target_basis IN ('cumulative', 'level', 'per_period')",
            name=op.f("project_indicator_target_basis_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_project_indicator_indicator_code"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_project_indicator_parent_indicator_code"),
        ),
        sa.ForeignKeyConstraint(
            ["project_code"],
            ["project.project_code"],
            name=op.f("fk_project_indicator_project_code"),
        ),
        sa.PrimaryKeyConstraint(
            "project_code", "indicator_code", name=op.f("pk_project_indicator")
        ),
    )
    op.create_index(
        op.f("ix_project_indicator_indicator_code"),
        "project_indicator",
        ["indicator_code"],
        unique=False,
    )
    op.create_table(
        "project_organisation",
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("organisation_code", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_code"],
            ["organisation.organisation_code"],
            name=op.f("fk_project_organisation_organisation_code"),
        ),
        sa.ForeignKeyConstraint(
            ["project_code"],
            ["project.project_code"],
            name=op.f("fk_project_organisation_project_code"),
        ),
        sa.PrimaryKeyConstraint(
            "project_code", "organisation_code", name=op.f("pk_project_organisation")
        ),
    )
    op.create_table(
        "project_place",
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_code"], ["place.place_code"], name=op.f("fk_project_place_place_code")
        ),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_project_place_project_code")
        ),
        sa.PrimaryKeyConstraint("project_code", "place_code", name=op.f("pk_project_place")),
    )
    op.create_index(
        op.f("ix_project_place_place_code"), "project_place", ["place_code"], unique=False
    )
    op.create_table(
        "sdg_indicator",
        sa.Column("sdg_indicator", sa.Text(), nullable=False),
        sa.Column("sdg_target", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sdg_target"], ["sdg_target.sdg_target"], name=op.f("fk_sdg_indicator_sdg_target")
        ),
        sa.PrimaryKeyConstraint("sdg_indicator", name=op.f("pk_sdg_indicator")),
    )
    op.create_index(
        op.f("ix_sdg_indicator_sdg_target"), "sdg_indicator", ["sdg_target"], unique=False
    )
    op.create_table(
        "submission",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=True),
        sa.Column("project_code", sa.Text(), nullable=True),
        sa.Column("layout_code", sa.Text(), nullable=False),
        sa.Column("layout_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("values_found", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'refused', 'rejected', 'ready', 'accepted', 'withdrawn')",
            name=op.f("submission_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_code"],
            ["programme.programme_code"],
            name=op.f("fk_submission_programme_code"),
        ),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_submission_project_code")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["workbook.sha256"], name=op.f("fk_submission_sha256")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission")),
        sa.UniqueConstraint("sha256", "sender", name="one_submission_per_file_and_sender"),
    )
    op.create_index(
        op.f("ix_submission_programme_code"), "submission", ["programme_code"], unique=False
    )
    op.create_index(
        op.f("ix_submission_project_code"), "submission", ["project_code"], unique=False
    )
    op.create_index(op.f("ix_submission_received_at"), "submission", ["received_at"], unique=False)
    op.create_table(
        "answer",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_answer_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", "key", name=op.f("pk_answer")),
    )
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "action IN ('accept', 'withdraw', 'reinstate')", name=op.f("decision_action_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["programme_code"],
            ["programme.programme_code"],
            name=op.f("fk_decision_programme_code"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_decision_submission_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision")),
        sa.UniqueConstraint("decided_at", name=op.f("uq_decision_decided_at")),
    )
    op.create_index(op.f("ix_decision_submission_id"), "decision", ["submission_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('error', 'warning', 'note')", name=op.f("finding_severity_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_finding_submission_id")
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_submission_id"), "finding", ["submission_id"], unique=False)
    op.create_table(
        "observation",
        sa.Column("observation_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value_type", sa.Text(), nullable=False),
        sa.Column("breakdown_key", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("n", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("reported_as", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("value_eur", sa.Double(), nullable=True),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("rate_kind", sa.Text(), nullable=True),
        sa.Column("rate_date", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(answer = 'value') = (value IS NOT NULL OR text IS NOT NULL)",
            name=op.f("a_value_or_an_answer"),
        ),
        sa.CheckConstraint(
            "answer IN ('value', 'nothing_to_report', 'not_applicable')",
            name=op.f("observation_answer_is_known"),
        ),
        sa.CheckConstraint(
            "basis IN ('measured', 'estimated', 'target_group', 'self_declared')",
            name=op.f("observation_basis_is_known"),
        ),
        sa.CheckConstraint(
            "qualifier IN ('=', '>=', '<=', '~')", name=op.f("observation_qualifier_is_known")
        ),
        sa.CheckConstraint(
            "reported_as IN ('in_period', 'to_date')", name=op.f("observation_reported_as_is_known")
        ),
        sa.CheckConstraint(
            "value_type IN ('baseline', 'target', 'actual')",
            name=op.f("observation_value_type_is_known"),
        ),
        sa.CheckConstraint(
            "(numerator IS NULL) = (denominator IS NULL)", name=op.f("ratio_parts_together")
        ),
        sa.CheckConstraint("n >= 0", name=op.f("observation_n_is_not_negative")),
        sa.CheckConstraint("period_end >= period_start", name=op.f("period_runs_forward")),
        sa.CheckConstraint("superseded_at > accepted_at", name=op.f("superseded_after_accepted")),
        sa.CheckConstraint(
            "value_eur IS NULL OR (currency IS NOT NULL AND rate IS NOT NULL)",
            name=op.f("euros_have_their_rate"),
        ),
        sa.ForeignKeyConstraint(
            ["breakdown_key"],
            ["breakdown.breakdown_key"],
            name=op.f("fk_observation_breakdown_key"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.indicator_code"],
            name=op.f("fk_observation_indicator_code"),
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["place.place_code"], name=op.f("fk_observation_place_code")
        ),
        sa.ForeignKeyConstraint(
            ["programme_code"],
            ["programme.programme_code"],
            name=op.f("fk_observation_programme_code"),
        ),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_observation_project_code")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.submission_id"],
            name=op.f("fk_observation_submission_id"),
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_observation")),
    )
    op.create_index(
        "ix_observation_closed",
        "observation",
        ["superseded_at"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NOT NULL"),
        postgresql_where=sa.text("superseded_at IS NOT NULL"),
    )
    op.create_index(
        "ix_observation_indicator", "observation", ["indicator_code", "superseded_at"], unique=False
    )
    op.create_index(
        "ix_observation_place", "observation", ["place_code", "superseded_at"], unique=False
    )
    op.create_index(
        "ix_observation_project",
        "observation",
        ["project_code", "indicator_code", "superseded_at"],
        unique=False,
    )
    op.create_index("ix_observation_submission", "observation", ["submission_id"], unique=False)
    op.create_index(
        "ix_observation_totals",
        "observation",
        ["programme_code", "indicator_code", "place_code"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL AND breakdown_key = ''"),
        postgresql_where=sa.text("superseded_at IS NULL AND breakdown_key = ''"),
    )
    op.create_table(
        "withheld",
        sa.Column("observation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.observation_id"],
            name=op.f("fk_withheld_observation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_withheld")),
    )
    op.create_index(
        "one_current_observation_per_key",
        "observation",
        [
            "programme_code",
            sa.text("coalesce(project_code, '')"),
            "place_code",
            "indicator_code",
            "period_start",
            "period_end",
            "value_type",
            "breakdown_key",
        ],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.execute("INSERT INTO breakdown (breakdown_key) VALUES ('')")
    for table in ("audit", "decision"):
        guard(table)


def guard(table: str) -> None:
    """Make a table append-only: its rows are evidence."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
        )
