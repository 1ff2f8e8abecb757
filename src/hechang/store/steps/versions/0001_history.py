"""What history is kept in: meta, branches, revisions; on a server also files, and the function that refuses changes."""

import sqlalchemy as sa
from alembic import op

from hechang.store.schema import REFUSE, SERVER, append_only, number, text

revision = "0001"
down_revision = None


def upgrade():
    made = sa.MetaData()
    sa.Table("meta", made, text("key", primary_key=True), text("value"))
    names = (text("name", primary_key=True), text("parent", nullable=True))
    append_only(sa.Table("branches", made, *names, number("base"), number("made_in")))
    said = (text(name) for name in ("origin", "branch", "at", "actor", "reason", "source"))
    proof = (text(name) for name in ("counts", "root", "previous", "hash"))
    seq = number("seq", primary_key=True, autoincrement=False)
    append_only(sa.Table("revisions", made, seq, *said, text("request", nullable=True, unique=True), *proof))
    if op.get_bind().dialect.name == SERVER:
        op.execute(REFUSE)
        data = sa.Column("data", sa.LargeBinary, nullable=False)
        append_only(sa.Table("files", made, text("sha", primary_key=True), data))
    made.create_all(op.get_bind())
