"""Audit records and signed sizes, credentials and tokens, who reaches what: for many users of one region."""

from alembic import op

from hechang.store.schema import metadata

revision = "0003"
down_revision = "0002"
NEW = ("audit", "checkpoints", "credentials", "sign_ins", "tokens", "reach", "shared")


def upgrade():
    metadata().create_all(op.get_bind(), tables=[metadata().tables[name] for name in NEW])
