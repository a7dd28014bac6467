"""What people are shown has revisions of its own, so that other changes leave kept pages alone"""

from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = {
    "shown": (
        *("decision", "rolled", "evidence", "round_answer", "extension", "returned_value"),
        "indicator_version",
    ),
    "told": ("notice", "thread", "message", "mention"),
}
"""What is shown to everybody, and what is told to whoever is signed in; the catalogue has a revision.

Observations change with a decision, and so need not tell of it themselves.
"""

RENEW = {
    "sqlite": "UPDATE revision SET token = hex(randomblob(16)) WHERE name = '{}'",
    "postgresql": "UPDATE revision SET token = gen_random_uuid()::text WHERE name = '{}'",
}

UNSEEN = "('received', 'refused', 'rejected')"
"States of a submission that its partner and the coordinators alone see."

CHANGES = {
    "INSERT": f"NEW.state NOT IN {UNSEEN}",
    "UPDATE": f"OLD.state NOT IN {UNSEEN} OR NEW.state NOT IN {UNSEEN}",
    "DELETE": f"OLD.state NOT IN {UNSEEN}",
}
"When a change of a submission counts."


def upgrade() -> None:
    for name, tables in TABLES.items():
        op.execute(f"INSERT INTO revision (name, token) VALUES ('{name}', '')")  # noqa: S608
        op.execute(RENEW[op.get_bind().dialect.name].format(name))
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE FUNCTION {name}_has_changed() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {RENEW['postgresql'].format(name)}; RETURN NULL; END $$"
            )
        for table in tables:
            for event in ("INSERT", "UPDATE", "DELETE"):
                _renew(name, table, event)
    for event, when in CHANGES.items():
        _renew("shown", "submission", event, when)
    _renew("shown", "finding", "UPDATE OF justification")
    _renew("told", "account", "UPDATE OF name")


def _renew(name: str, table: str, event: str, when: str = "TRUE") -> None:
    """Make a table renew a revision with an event."""
    trigger = f"CREATE {{}}TRIGGER {table}_renews_{name}_with_{event.split()[0].lower()}"
    trigger += f" AFTER {event} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        renew = RENEW["sqlite"].format(name)
        op.execute(f"{trigger.format('')} WHEN {when} BEGIN {renew}; END")
        return
    # With the end of the transaction, when it waits for nothing else: no two wait for each other.
    op.execute(
        f"{trigger.format('CONSTRAINT ')} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}_has_changed()"
    )
