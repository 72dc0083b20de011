"""extend tenant, ab_role, ab_user, announcement, audit_entry, read_mark

+ add column tenant.platform: yes or no, '0' in the rows that exist
+ add column tenant.settings_version: small whole number, '1' in the rows that exist
+ add column ab_role.base: text of at most 32 characters, '' in the rows that exist
+ add column ab_role.seat: yes or no, '0' in the rows that exist
+ add column ab_user.team_id: whole number
+ add column ab_user.columns: JSON
+ add column ab_user.name_pinyin: text of at most 64 characters, '' in the rows that exist
+ add column ab_user.name_initials: text of at most 32 characters, '' in the rows that exist
+ add column ab_user.phone_reversed: text of at most 32 characters, '' in the rows that exist
+ add column announcement.starts_at: date and time
+ add column announcement.pinned: yes or no, '0' in the rows that exist
+ add column announcement.must_acknowledge: yes or no, '0' in the rows that exist
+ add column announcement.retracted: yes or no, '0' in the rows that exist
+ add column announcement.published_at: date and time
+ add column audit_entry.seq: whole number
+ add column audit_entry.previous: text of at most 64 characters
+ add column audit_entry.hash: text of at most 64 characters
+ add column read_mark.acknowledged_at: date and time
"""

import sqlalchemy as sa
from alembic import op

from app.migrations import tables

revision = '0003_8b47'
down_revision = '0002_62ff'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tenant') as batch_op:
        batch_op.add_column(sa.Column('platform', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settings_version', sa.Integer(), server_default='1', nullable=False))
    with op.batch_alter_table('ab_role') as batch_op:
        batch_op.add_column(sa.Column('base', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('seat', sa.Boolean(), server_default='0', nullable=False))
    with op.batch_alter_table('ab_user') as batch_op:
        batch_op.add_column(sa.Column('team_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('columns', sa.JSON(), nullable=True))
        batch_op.alter_column('columns',
               existing_type=sa.JSON(),
               nullable=False)
        batch_op.add_column(sa.Column('name_pinyin', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), server_default='', nullable=False))
        batch_op.add_column(sa.Column('name_initials', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), server_default='', nullable=False))
        batch_op.add_column(sa.Column('phone_reversed', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), server_default='', nullable=False))
    with op.batch_alter_table('announcement') as batch_op:
        batch_op.add_column(sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('pinned', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('must_acknowledge', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('retracted', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('published_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('audit_entry') as batch_op:
        batch_op.add_column(sa.Column('seq', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('previous', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('hash', sa.String(length=64), nullable=True))
    with op.batch_alter_table('read_mark') as batch_op:
        batch_op.add_column(sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True))
