"""Alembic's entry: migrations run on the connection that `schemas.database` hands over."""

from alembic import context

from schemas.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the one that counts
)
context.run_migrations()
