"""What Alembic runs to apply revisions. Connections come from `app.models.owner`, by way of `ucc schema migrate`."""

from __future__ import annotations

from alembic import context

from app.errors import MigrationFault

connection = context.config.attributes.get("connection")
if connection is None:
    raise MigrationFault("use `ucc schema migrate`: plain alembic takes no lock and knows no database")

# On PostgreSQL each revision is a transaction of its own; on SQLite the connection is inside one already.
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
