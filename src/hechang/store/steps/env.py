"""Runs the steps of the database layout inside the transaction of the caller; Alembic reads this file."""

from alembic import context

from hechang.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
