"""Estimates by methods of evaluation are records, too"""

from alembic import op

revision = "0014"
down_revision = "0013"

NAME = "record_kind_is_known"
BEFORE = ("outcome", "story", "lesson", "recommendation", "judgement", "step")


def _allows(kinds: tuple[str, ...]) -> str:
    told = ", ".join(f"'{kind}'" for kind in kinds)
    return f"kind IN ({told})"


def upgrade() -> None:
    allowed = _allows((*BEFORE, "estimate"))
    conn = op.get_bind()
    if conn.dialect.name != "sqlite":
        op.drop_constraint(NAME, "record", type_="check")
        op.create_check_constraint(NAME, "record", allowed)
        return
    # A table of SQLite that others refer to is not made anew: its rule is written anew, which
    # sqlite.org describes for rules that no row breaks.
    version = conn.exec_driver_sql("PRAGMA schema_version").scalar_one()
    conn.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = conn.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?)"
        " WHERE type = 'table' AND name = 'record' AND instr(sql, ?) > 0",
        (_allows(BEFORE), allowed, _allows(BEFORE)),
    )
    conn.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    conn.exec_driver_sql("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise RuntimeError(f"{NAME} of record is not as it was made")
