"""Audit records and signed sizes, credentials and tokens, who reaches what: for many users of one region."""

from alembic import op

from hechang.store.guard import server_functions
from hechang.store.schema import SERVER, metadata

revision = "0003"
down_revision = "0002"
NEW = ("audit", "checkpoints", "credentials", "sign_ins", "tokens", "reach", "shared")


def upgrade():
    metadata().create_all(op.get_bind(), tables=[metadata().tables[name] for name in NEW])
    if op.get_bind().dialect.name == SERVER:
        for statement in server_functions():
            op.get_bind().exec_driver_sql(statement)
