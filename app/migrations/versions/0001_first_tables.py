"""The first tables: the engine's own, Flask-AppBuilder's among them, and those of the first resources.

+ add table ab_permission (id, name)
+ add table ab_view_menu (id, name)
+ add table tenant (id, code, name, timezone, locale, active, permissions_version, created_at)
+ add table ab_permission_view (id, permission_id, view_menu_id)
+ add table ab_role (id, name, tenant_id, key, remark, version, created_at, created_by, changed_at, changed_by)
+ add table announcement (tenant_id, id, content, expires_at, version, created_at, created_by, changed_at, changed_by)
+ add table audit_entry (tenant_id, id, at, actor_id, actor_name, address, resource, record_id, record_title, action,
    before, after)
+ add table ab_user (id, first_name, last_name, username, password, active, email, last_login, login_count,
    fail_login_count, created_on, changed_on, created_by_fk, changed_by_fk, tenant_id, role_id, phone, locale,
    must_change_password, password_changed_at, session_epoch, locked_until, version)
+ add table ab_permission_view_role (id, permission_view_id, role_id, tenant_id)
+ add table api_key (tenant_id, id, user_id, name, prefix, hash, created_at, last_used_at, expires_at, revoked_at)
+ add table login_session (tenant_id, id, user_id, token_hash, epoch, kind, created_at, last_seen_at, expires_at,
    address, agent)
+ add table read_mark (tenant_id, user_id, resource, record_id, at)
"""

import sqlalchemy as sa
from alembic import op

from app.migrations import tables

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ab_permission',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_ab_permission'),
        sa.UniqueConstraint('name', name=op.f('uq_ab_permission_name'))
    )
    tables.share('ab_permission')

    op.create_table('ab_view_menu',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_ab_view_menu'),
        sa.UniqueConstraint('name', name=op.f('uq_ab_view_menu_name'))
    )
    tables.share('ab_view_menu')

    op.create_table('tenant',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('code', sa.String(length=32), nullable=False),
        sa.Column('name', sa.String(length=128), nullable=False),
        sa.Column('timezone', sa.String(length=64), nullable=False),
        sa.Column('locale', sa.String(length=8), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('permissions_version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tenant')),
        sa.UniqueConstraint('code', name=op.f('uq_tenant_code'))
    )
    tables.share('tenant')

    op.create_table('ab_permission_view',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('permission_id', sa.Integer(), nullable=False),
        sa.Column('view_menu_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['permission_id'], ['ab_permission.id'], name='fk_ab_permission_view_permission_id'),
        sa.ForeignKeyConstraint(['view_menu_id'], ['ab_view_menu.id'], name='fk_ab_permission_view_view_menu_id'),
        sa.PrimaryKeyConstraint('id', name='pk_ab_permission_view'),
        sa.UniqueConstraint('permission_id', 'view_menu_id', name='uq_ab_permission_view_permission_id_view_menu_id')
    )
    op.create_index('idx_permission_id', 'ab_permission_view', ['permission_id'], unique=False)
    op.create_index('idx_view_menu_id', 'ab_permission_view', ['view_menu_id'], unique=False)
    tables.share('ab_permission_view')

    op.create_table('ab_role',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('tenant_id', sa.BigInteger(), nullable=False),
        sa.Column('key', sa.String(length=32), nullable=False),
        sa.Column('remark', sa.String(length=200), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_ab_role_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('id', name='pk_ab_role'),
        sa.UniqueConstraint('tenant_id', 'id', name=op.f('uq_ab_role_tenant_id_id')),
        sa.UniqueConstraint('tenant_id', 'name', name=op.f('uq_ab_role_tenant_id_name'))
    )
    op.create_index('ix_ab_role_tenant_id_created_at_id', 'ab_role', ['tenant_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_ab_role_tenant_id_remark_id', 'ab_role', ['tenant_id', 'remark', 'id'], unique=False)
    op.create_index('uq_ab_role_tenant_id_key', 'ab_role', ['tenant_id', 'key'], unique=True, sqlite_where=sa.text('"key" != \'\''), postgresql_where=sa.text('"key" != \'\''))
    tables.refer('fk_ab_role_tenant_id', 'ab_role', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('ab_role')

    op.create_table('announcement',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('content', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_announcement_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_announcement'))
    )
    op.create_index('ix_announcement_tenant_id_created_at_id', 'announcement', ['tenant_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_announcement_tenant_id_expires_at_id', 'announcement', ['tenant_id', 'expires_at', 'id'], unique=False)
    tables.refer('fk_announcement_tenant_id', 'announcement', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('announcement')

    op.create_table('audit_entry',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('actor_id', sa.BigInteger(), nullable=True),
        sa.Column('actor_name', sa.String(length=128), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('resource', sa.String(length=64), nullable=False),
        sa.Column('record_id', sa.BigInteger(), nullable=True),
        sa.Column('record_title', sa.String(length=256), nullable=False),
        sa.Column('action', sa.String(length=64), nullable=False),
        sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_audit_entry_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_audit_entry'))
    )
    op.create_index(op.f('ix_audit_entry_tenant_id_at_id'), 'audit_entry', ['tenant_id', 'at', 'id'], unique=False)
    op.create_index(op.f('ix_audit_entry_tenant_id_resource_record_id_id'), 'audit_entry', ['tenant_id', 'resource', 'record_id', 'id'], unique=False)
    tables.refer('fk_audit_entry_tenant_id', 'audit_entry', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('audit_entry')

    op.create_table('ab_user',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('first_name', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
        sa.Column('last_name', sa.String(length=64), nullable=False),
        sa.Column('username', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
        sa.Column('password', sa.String(length=256), nullable=True),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('email', sa.String(length=320).with_variant(sa.String(length=320, collation='C'), 'postgresql'), nullable=False),
        sa.Column('last_login', sa.DateTime(timezone=True), nullable=True),
        sa.Column('login_count', sa.Integer(), nullable=False),
        sa.Column('fail_login_count', sa.Integer(), nullable=False),
        sa.Column('created_on', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_on', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_fk', sa.BigInteger(), nullable=True),
        sa.Column('changed_by_fk', sa.BigInteger(), nullable=True),
        sa.Column('tenant_id', sa.BigInteger(), nullable=False),
        sa.Column('role_id', sa.BigInteger(), nullable=False),
        sa.Column('phone', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
        sa.Column('locale', sa.String(length=8), nullable=False),
        sa.Column('must_change_password', sa.Boolean(), nullable=False),
        sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('session_epoch', sa.Integer(), nullable=False),
        sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'role_id'], ['ab_role.tenant_id', 'ab_role.id'], name=op.f('fk_ab_user_tenant_id_role_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_ab_user_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('id', name='pk_ab_user'),
        sa.UniqueConstraint('tenant_id', 'id', name=op.f('uq_ab_user_tenant_id_id')),
        sa.UniqueConstraint('tenant_id', 'username', name=op.f('uq_ab_user_tenant_id_username'))
    )
    op.create_index('ix_ab_user_tenant_id_active_id', 'ab_user', ['tenant_id', 'active', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_created_on_id', 'ab_user', ['tenant_id', 'created_on', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_email_id', 'ab_user', ['tenant_id', 'email', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_first_name_id', 'ab_user', ['tenant_id', 'first_name', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_last_login_id', 'ab_user', ['tenant_id', 'last_login', 'id'], unique=False)
    op.create_index('ix_ab_user_tenant_id_phone_id', 'ab_user', ['tenant_id', 'phone', 'id'], unique=False)
    op.create_index(op.f('ix_ab_user_tenant_id_role_id_id'), 'ab_user', ['tenant_id', 'role_id', 'id'], unique=False)
    tables.refer('fk_ab_user_tenant_id', 'ab_user', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('ab_user')

    op.create_table('ab_permission_view_role',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('permission_view_id', sa.Integer(), nullable=False),
        sa.Column('role_id', sa.BigInteger(), nullable=False),
        sa.Column('tenant_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['permission_view_id'], ['ab_permission_view.id'], name='fk_ab_permission_view_role_permission_view_id', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id', 'role_id'], ['ab_role.tenant_id', 'ab_role.id'], name=op.f('fk_ab_permission_view_role_tenant_id_role_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_ab_permission_view_role_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('id', name='pk_ab_permission_view_role'),
        sa.UniqueConstraint('tenant_id', 'role_id', 'permission_view_id', name=op.f('uq_ab_permission_view_role_tenant_id_role_id_permission_view_id'))
    )
    op.create_index('idx_permission_view_id', 'ab_permission_view_role', ['permission_view_id'], unique=False)
    tables.refer('fk_ab_permission_view_role_tenant_id', 'ab_permission_view_role', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('ab_permission_view_role')

    op.create_table('api_key',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('prefix', sa.String(length=16), nullable=False),
        sa.Column('hash', sa.String(length=128), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_api_key_tenant_id_user_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_api_key_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_api_key')),
        sa.UniqueConstraint('tenant_id', 'hash', name=op.f('uq_api_key_tenant_id_hash'))
    )
    op.create_index(op.f('ix_api_key_tenant_id_prefix'), 'api_key', ['tenant_id', 'prefix'], unique=False)
    op.create_index(op.f('ix_api_key_tenant_id_user_id'), 'api_key', ['tenant_id', 'user_id'], unique=False)
    tables.refer('fk_api_key_tenant_id', 'api_key', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('api_key')

    op.create_table('login_session',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('token_hash', sa.String(length=128), nullable=False),
        sa.Column('epoch', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('agent', sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_login_session_tenant_id_user_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_login_session_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_login_session')),
        sa.UniqueConstraint('tenant_id', 'token_hash', name=op.f('uq_login_session_tenant_id_token_hash'))
    )
    op.create_index(op.f('ix_login_session_tenant_id_expires_at'), 'login_session', ['tenant_id', 'expires_at'], unique=False)
    op.create_index(op.f('ix_login_session_tenant_id_user_id'), 'login_session', ['tenant_id', 'user_id'], unique=False)
    tables.refer('fk_login_session_tenant_id', 'login_session', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('login_session')

    op.create_table('read_mark',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('resource', sa.String(length=64), nullable=False),
        sa.Column('record_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_read_mark_tenant_id_user_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_read_mark_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'user_id', 'resource', 'record_id', name=op.f('pk_read_mark'))
    )
    tables.refer('fk_read_mark_tenant_id', 'read_mark', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('read_mark')
