"""extend tenant

+ add column tenant.settings_version: small whole number, '1' in the rows that exist
"""

import sqlalchemy as sa
from alembic import op

from app.migrations import tables

revision = '0002_b5b6'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tenant') as batch_op:
        batch_op.add_column(sa.Column('settings_version', sa.Integer(), server_default='1', nullable=False))
