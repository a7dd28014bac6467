"""Review and discussion: returned workbooks and values, threads, messages, mentions"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, name, words in WIDENED:
        (_widen_sqlite if is_sqlite else _widen)(table, column, name, words)
    op.add_column("decision", sa.Column("left_out", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "programme",
        sa.Column("is_own_accepted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _threads()
    _messages()
    _returned_values()


WIDENED = (
    (
        *("submission", "state", "submission_state_is_known"),
        (
            ("received", "refused", "rejected", "ready", "accepted", "withdrawn"),
            ("received", "refused", "rejected", "ready", "returned", "accepted", "withdrawn"),
        ),
    ),
    (
        *("decision", "action", "decision_action_is_known"),
        (("accept", "withdraw", "reinstate"), ("accept", "withdraw", "reinstate", "return")),
    ),
)
"Table, column, constraint, and the words that it allowed and allows."


def _allows(column: str, words: tuple[str, ...]) -> str:
    told = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({told})"


def _widen(table: str, column: str, name: str, words: tuple[tuple[str, ...], ...]) -> None:
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, _allows(column, words[1]))


def _widen_sqlite(table: str, column: str, name: str, words: tuple[tuple[str, ...], ...]) -> None:
    """Let a constraint of SQLite allow more.

    It knows no other way than to make the table anew, which here is referred to by others and
    guarded, or to write the rule anew, which sqlite.org describes for rules that no row breaks.
    """
    conn = op.get_bind()
    before, after = (_allows(column, some) for some in words)
    version = conn.exec_driver_sql("PRAGMA schema_version").scalar_one()
    conn.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = conn.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?)"
        " WHERE type = 'table' AND name = ? AND instr(sql, ?) > 0",
        (before, after, table, before),
    )
    conn.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    conn.exec_driver_sql("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise RuntimeError(f"{name} of {table} is not as it was made")


def _threads() -> None:
    op.create_table(
        "thread",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=True),
        sa.Column("project_code", sa.Text(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=True),
        sa.Column("indicator_code", sa.Text(), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("value_type", sa.Text(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("is_remark", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('value', 'indicator', 'project', 'submission')",
            name=op.f("thread_kind_is_known"),
        ),
        sa.CheckConstraint(
            "kind <> 'value' OR (programme_code IS NOT NULL AND place_code IS NOT NULL AND"
            " indicator_code IS NOT NULL AND period_start IS NOT NULL AND period_end IS NOT NULL"
            " AND value_type IS NOT NULL)",
            name=op.f("a_value_is_named_whole"),
        ),
        sa.CheckConstraint(
            "kind <> 'submission' OR submission_id IS NOT NULL", name=op.f("a_submission_is_named")
        ),
        sa.CheckConstraint(
            "kind <> 'project' OR project_code IS NOT NULL", name=op.f("a_project_is_named")
        ),
        sa.CheckConstraint(
            "kind <> 'indicator' OR indicator_code IS NOT NULL", name=op.f("an_indicator_is_named")
        ),
        sa.CheckConstraint(
            "NOT is_remark OR submission_id IS NOT NULL", name=op.f("a_remark_is_on_a_submission")
        ),
        *_keys("thread", *CODES, "submission_id"),
        *_accounts("thread", "opened_by", "resolved_by"),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_thread")),
    )
    op.create_index("ix_thread_series", "thread", ["indicator_code", "project_code", "place_code"])
    op.create_index(op.f("ix_thread_submission_id"), "thread", ["submission_id"])
    op.create_index(op.f("ix_thread_opened_at"), "thread", ["opened_at"])


CODES = ("programme_code", "project_code", "place_code", "indicator_code")


def _keys(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    """Return keys to the tables that columns are named after: `place_code` to `place`."""
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{column.rpartition('_')[0]}.{column}"],
            name=op.f(f"fk_{table}_{column}"),
        )
        for column in columns
    ]


def _accounts(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["account.account_id"], name=op.f(f"fk_{table}_{column}"))
        for column in columns
    ]


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 4000", name=op.f("message_has_its_length")),
        *_keys("message", "thread_id", "submission_id"),
        *_accounts("message", "author"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_thread_id"), "message", ["thread_id"])
    op.create_index(op.f("ix_message_author"), "message", ["author"])
    op.create_table(
        "mention",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        *_keys("mention", "message_id", "account_id"),
        sa.PrimaryKeyConstraint("message_id", "account_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_account_id"), "mention", ["account_id"])


def _returned_values() -> None:
    op.create_table(
        "returned_value",
        sa.Column("returned_value_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("indicator_code", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value_type", sa.Text(), nullable=False),
        sa.Column("is_reopened", sa.Boolean(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "value_type IN ('baseline', 'target', 'actual')",
            name=op.f("returned_value_type_is_known"),
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("settled_by_a_submission")
        ),
        *_keys("returned_value", *CODES, "submission_id", "thread_id"),
        sa.ForeignKeyConstraint(
            ["settled_by"],
            ["submission.submission_id"],
            name=op.f("fk_returned_value_settled_by"),
        ),
        sa.PrimaryKeyConstraint("returned_value_id", name=op.f("pk_returned_value")),
    )
    op.create_index(op.f("ix_returned_value_submission_id"), "returned_value", ["submission_id"])
    op.create_index(
        "ix_returned_value_series",
        "returned_value",
        ["indicator_code", "project_code", "place_code"],
    )
