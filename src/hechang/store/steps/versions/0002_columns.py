"""Tables and columns added to the specifications come of themselves after the steps; this one raised the number."""

revision = "0002"
down_revision = "0001"


def upgrade():
    pass
