"""Runs the migrations on the connection it is handed; there is no other way to run them."""

from alembic import context
from sqlmodel import SQLModel

from assay.workspace import tables  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
