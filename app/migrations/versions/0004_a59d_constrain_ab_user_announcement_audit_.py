"""constrain ab_user, announcement, audit_entry

+ add index on ab_user (tenant_id, name_initials, id)
+ add index on ab_user (tenant_id, name_pinyin, id)
+ add index on ab_user (tenant_id, phone_reversed, id)
+ add index on ab_user (tenant_id, team_id, id)
+ let ab_user (team_id) refer to team
+ add index on announcement (tenant_id, must_acknowledge, id)
+ add index on announcement (tenant_id, pinned, id)
+ let audit_entry (seq) be unique within a tenant
"""

import sqlalchemy as sa
from alembic import op

from app.migrations import tables

revision = '0004_a59d'
down_revision = '0003_8b47'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_ab_user_tenant_id_name_initials_id', 'ab_user', ['tenant_id', 'name_initials', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_name_pinyin_id', 'ab_user', ['tenant_id', 'name_pinyin', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_phone_reversed_id', 'ab_user', ['tenant_id', 'phone_reversed', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_team_id_id', 'ab_user', ['tenant_id', 'team_id', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    with op.batch_alter_table('ab_user') as batch_op:
        batch_op.create_foreign_key(batch_op.f('fk_ab_user_tenant_id_team_id'), 'team', ['tenant_id', 'team_id'], ['tenant_id', 'id'], ondelete='RESTRICT')
    op.create_index('ix_announcement_tenant_id_must_acknowledge_id', 'announcement', ['tenant_id', 'must_acknowledge', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_announcement_tenant_id_pinned_id', 'announcement', ['tenant_id', 'pinned', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    with op.batch_alter_table('audit_entry') as batch_op:
        batch_op.create_unique_constraint(batch_op.f('uq_audit_entry_tenant_id_seq'), ['tenant_id', 'seq'])
