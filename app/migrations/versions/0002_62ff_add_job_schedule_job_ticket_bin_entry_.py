"""add job_schedule, job_ticket, bin_entry, business, chain_head, customer_field, customer_gram, customer_type, field_value, import_plan, job, job_file, login_entry, once, password_policy, role_version, team, user_gram, announcement_roles, announcement_teams, customer, old_password, reveal_count, saved_view

+ add table job_schedule (company_id, kind, due_at)
+ add table job_ticket (id, company_id, free_at, holder)
+ add table bin_entry (tenant_id, id, resource, record_id, title, record_version, created_at, created_by, values,
    titles, own, deleted_at, deleted_by, deleted_name)
+ add table business (tenant_id, id, leader_sees_team, agent_sees_unsorted, agent_may_claim, claim_size,
    reveal_one_by_one, reveal_limit, owner_cap, return_after_days, return_warning_days, export_approval_rows, version,
    created_at, created_by, changed_at, changed_by)
+ add table chain_head (tenant_id, chain, seq, hash, base_seq, base_hash)
+ add table customer_field (tenant_id, id, name, kind, required, default, options, position, slot, archived_at,
    version, created_at, created_by, changed_at, changed_by)
+ add table customer_gram (tenant_id, gram, created_at, owner_id)
+ add table customer_type (tenant_id, id, name, key, remark, builtin, version, created_at, created_by, changed_at,
    changed_by)
+ add table field_value (tenant_id, id, field_id, record_id, aside, kind, value, at)
+ add table import_plan (tenant_id, id, owner_id, resource, heads, file_id, check_id, plan, report, rows, saved_at)
+ add table job (tenant_id, id, kind, actor_id, address, arguments, state, cancel, asks, approval, attempts, done,
    total, message, kept, result, fault, created_at, started_at, finished_at)
+ add table job_file (tenant_id, id, owner_id, job_id, resource, permission, full, name, token, size, sha256,
    created_at, expires_at)
+ add table login_entry (tenant_id, id, at, event, username, user_id, address, agent, reason, seq, previous, hash)
+ add table once (tenant_id, id, user_id, key, at, done)
+ add table password_policy (tenant_id, id, profile, min_length, classes, strength, history, expiry_days,
    reminder_days, version, created_at, created_by, changed_at, changed_by)
+ add table role_version (tenant_id, id, role_id, number, at, actor_id, actor_name, action, source, grants)
+ add table team (tenant_id, id, name, leader_id, remark, version, created_at, created_by, changed_at, changed_by)
+ add table user_gram (tenant_id, gram, created_at, owner_id)
+ add table announcement_roles (tenant_id, announcement_id, role_id)
+ add table announcement_teams (tenant_id, announcement_id, team_id)
+ add table customer (tenant_id, id, name, gender, phone, type_id, team_id, agent_id, assigned_at, last_contact_at,
    remark, c1, c2, c3, c4, c5, c6, c7, name_pinyin, name_initials, phone_reversed, version, created_at, created_by,
    changed_at, changed_by)
+ add table old_password (tenant_id, id, user_id, hash, replaced_at)
+ add table reveal_count (tenant_id, user_id, day, number, last)
+ add table saved_view (tenant_id, id, resource, owner_id, role_id, name, query, own_fields, role_default)
"""

import sqlalchemy as sa
from alembic import op

from app.migrations import tables

revision = '0002_62ff'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job_schedule',
        sa.Column('company_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=64), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['company_id'], ['tenant.id'], name=op.f('fk_job_schedule_company_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('company_id', 'kind', name=op.f('pk_job_schedule'))
    )
    op.create_index(op.f('ix_job_schedule_due_at'), 'job_schedule', ['due_at'], unique=False)
    tables.refer('fk_job_schedule_company_id', 'job_schedule', 'tenant', ['company_id'], ['id'], ondelete='RESTRICT')
    tables.share('job_schedule')

    op.create_table('job_ticket',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('company_id', sa.BigInteger(), nullable=False),
        sa.Column('free_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('holder', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['company_id'], ['tenant.id'], name=op.f('fk_job_ticket_company_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_job_ticket'))
    )
    op.create_index(op.f('ix_job_ticket_free_at_id'), 'job_ticket', ['free_at', 'id'], unique=False)
    tables.refer('fk_job_ticket_company_id', 'job_ticket', 'tenant', ['company_id'], ['id'], ondelete='RESTRICT')
    tables.share('job_ticket')

    op.create_table('bin_entry',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('resource', sa.String(length=64), nullable=False),
        sa.Column('record_id', sa.BigInteger(), nullable=False),
        sa.Column('title', sa.String(length=256), nullable=False),
        sa.Column('record_version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('values', sa.JSON(), nullable=False),
        sa.Column('titles', sa.JSON(), nullable=False),
        sa.Column('own', sa.JSON(), nullable=False),
        sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('deleted_by', sa.BigInteger(), nullable=True),
        sa.Column('deleted_name', sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_bin_entry_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_bin_entry')),
        sa.UniqueConstraint('tenant_id', 'resource', 'record_id', name=op.f('uq_bin_entry_tenant_id_resource_record_id'))
    )
    op.create_index(op.f('ix_bin_entry_tenant_id_resource_deleted_at'), 'bin_entry', ['tenant_id', 'resource', 'deleted_at'], unique=False)
    op.create_index(op.f('ix_bin_entry_tenant_id_resource_deleted_by_id'), 'bin_entry', ['tenant_id', 'resource', 'deleted_by', 'id'], unique=False)
    op.create_index(op.f('ix_bin_entry_tenant_id_resource_id'), 'bin_entry', ['tenant_id', 'resource', 'id'], unique=False)
    tables.refer('fk_bin_entry_tenant_id', 'bin_entry', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('bin_entry')

    op.create_table('business',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('leader_sees_team', sa.Boolean(), nullable=True),
        sa.Column('agent_sees_unsorted', sa.Boolean(), nullable=True),
        sa.Column('agent_may_claim', sa.Boolean(), nullable=True),
        sa.Column('claim_size', sa.BigInteger(), nullable=True),
        sa.Column('reveal_one_by_one', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=True),
        sa.Column('reveal_limit', sa.BigInteger(), nullable=True),
        sa.Column('owner_cap', sa.BigInteger(), nullable=True),
        sa.Column('return_after_days', sa.BigInteger(), nullable=True),
        sa.Column('return_warning_days', sa.BigInteger(), nullable=True),
        sa.Column('export_approval_rows', sa.BigInteger(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_business_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_business')),
        sa.UniqueConstraint('tenant_id', name=op.f('uq_business_tenant_id'))
    )
    tables.refer('fk_business_tenant_id', 'business', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('business')

    op.create_table('chain_head',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('chain', sa.String(length=16), nullable=False),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('base_seq', sa.BigInteger(), nullable=False),
        sa.Column('base_hash', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_chain_head_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'chain', name=op.f('pk_chain_head'))
    )
    tables.refer('fk_chain_head_tenant_id', 'chain_head', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('chain_head')

    op.create_table('customer_field',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=30).with_variant(sa.String(length=30, collation='C'), 'postgresql'), nullable=False),
        sa.Column('kind', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
        sa.Column('required', sa.Boolean(), nullable=False),
        sa.Column('default', sa.String(length=500).with_variant(sa.String(length=500, collation='C'), 'postgresql'), nullable=False),
        sa.Column('options', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
        sa.Column('position', sa.BigInteger(), nullable=True),
        sa.Column('slot', sa.String(length=2).with_variant(sa.String(length=2, collation='C'), 'postgresql'), nullable=False),
        sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_customer_field_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_customer_field'))
    )
    op.create_index('ix_customer_field_tenant_id_created_at_id', 'customer_field', ['tenant_id', 'created_at', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_field_tenant_id_default_id', 'customer_field', ['tenant_id', 'default', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_field_tenant_id_kind_id', 'customer_field', ['tenant_id', 'kind', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_field_tenant_id_name_id', 'customer_field', ['tenant_id', 'name', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_field_tenant_id_position_id', 'customer_field', ['tenant_id', 'position', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_field_tenant_id_required_id', 'customer_field', ['tenant_id', 'required', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('uq_customer_field_tenant_id_slot', 'customer_field', ['tenant_id', 'slot'], unique=True, sqlite_where=sa.text("slot != ''"), postgresql_where=sa.text("slot != ''"))
    tables.refer('fk_customer_field_tenant_id', 'customer_field', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('customer_field')

    op.create_table('customer_gram',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('gram', sa.String(length=2).with_variant(sa.String(length=2, collation='C'), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('owner_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('tenant_id', 'gram', 'created_at', 'owner_id', name=op.f('pk_customer_gram')),
        info={'ucc_index': 'customer'},
        sqlite_with_rowid=False
    )
    tables.protect('customer_gram')

    op.create_table('customer_type',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=20).with_variant(sa.String(length=20, collation='C'), 'postgresql'), nullable=False),
        sa.Column('key', sa.BigInteger(), nullable=True),
        sa.Column('remark', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
        sa.Column('builtin', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_customer_type_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_customer_type')),
        sa.UniqueConstraint('tenant_id', 'key', name=op.f('uq_customer_type_tenant_id_key')),
        sa.UniqueConstraint('tenant_id', 'name', name=op.f('uq_customer_type_tenant_id_name'))
    )
    op.create_index('ix_customer_type_tenant_id_remark_id', 'customer_type', ['tenant_id', 'remark', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    tables.refer('fk_customer_type_tenant_id', 'customer_type', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('customer_type')

    op.create_table('field_value',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('field_id', sa.BigInteger(), nullable=False),
        sa.Column('record_id', sa.BigInteger(), nullable=False),
        sa.Column('aside', sa.Boolean(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('value', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_field_value_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_field_value'))
    )
    op.create_index(op.f('ix_field_value_tenant_id_field_id_aside_record_id'), 'field_value', ['tenant_id', 'field_id', 'aside', 'record_id'], unique=False)
    op.create_index('ix_field_value_tenant_id_record_id', 'field_value', ['tenant_id', 'record_id'], unique=False)
    tables.refer('fk_field_value_tenant_id', 'field_value', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('field_value')

    op.create_table('import_plan',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('owner_id', sa.BigInteger(), nullable=True),
        sa.Column('resource', sa.String(length=64), nullable=False),
        sa.Column('heads', sa.String(length=64), nullable=False),
        sa.Column('file_id', sa.BigInteger(), nullable=False),
        sa.Column('check_id', sa.BigInteger(), nullable=True),
        sa.Column('plan', sa.JSON(), nullable=False),
        sa.Column('report', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_import_plan_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_import_plan'))
    )
    op.create_index(op.f('ix_import_plan_tenant_id_owner_id_resource_heads'), 'import_plan', ['tenant_id', 'owner_id', 'resource', 'heads'], unique=False)
    tables.refer('fk_import_plan_tenant_id', 'import_plan', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('import_plan')

    op.create_table('job',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=64), nullable=False),
        sa.Column('actor_id', sa.BigInteger(), nullable=True),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('arguments', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('cancel', sa.Boolean(), nullable=False),
        sa.Column('asks', sa.String(length=64), nullable=False),
        sa.Column('approval', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('done', sa.Integer(), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('message', sa.Text(), nullable=False),
        sa.Column('kept', sa.JSON(), nullable=False),
        sa.Column('result', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('fault', sa.String(length=16), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_job_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_job'))
    )
    op.create_index(op.f('ix_job_tenant_id_actor_id_id'), 'job', ['tenant_id', 'actor_id', 'id'], unique=False)
    op.create_index(op.f('ix_job_tenant_id_state_id'), 'job', ['tenant_id', 'state', 'id'], unique=False)
    tables.refer('fk_job_tenant_id', 'job', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('job')

    op.create_table('job_file',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('owner_id', sa.BigInteger(), nullable=True),
        sa.Column('job_id', sa.BigInteger(), nullable=True),
        sa.Column('resource', sa.String(length=64), nullable=False),
        sa.Column('permission', sa.String(length=16), nullable=False),
        sa.Column('full', sa.Boolean(), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('token', sa.String(length=32), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_job_file_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_job_file'))
    )
    op.create_index(op.f('ix_job_file_tenant_id_expires_at'), 'job_file', ['tenant_id', 'expires_at'], unique=False)
    op.create_index(op.f('ix_job_file_tenant_id_job_id'), 'job_file', ['tenant_id', 'job_id'], unique=False)
    op.create_index(op.f('ix_job_file_tenant_id_owner_id_id'), 'job_file', ['tenant_id', 'owner_id', 'id'], unique=False)
    tables.refer('fk_job_file_tenant_id', 'job_file', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('job_file')

    op.create_table('login_entry',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('event', sa.String(length=32), nullable=False),
        sa.Column('username', sa.String(length=128), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=True),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('agent', sa.String(length=256), nullable=False),
        sa.Column('reason', sa.String(length=64), nullable=False),
        sa.Column('seq', sa.BigInteger(), nullable=True),
        sa.Column('previous', sa.String(length=64), nullable=True),
        sa.Column('hash', sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_login_entry_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_login_entry')),
        sa.UniqueConstraint('tenant_id', 'seq', name=op.f('uq_login_entry_tenant_id_seq'))
    )
    op.create_index(op.f('ix_login_entry_tenant_id_at_id'), 'login_entry', ['tenant_id', 'at', 'id'], unique=False)
    op.create_index(op.f('ix_login_entry_tenant_id_user_id_id'), 'login_entry', ['tenant_id', 'user_id', 'id'], unique=False)
    tables.refer('fk_login_entry_tenant_id', 'login_entry', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('login_entry')

    op.create_table('once',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('key', sa.String(length=128), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('done', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_once_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_once')),
        sa.UniqueConstraint('tenant_id', 'user_id', 'key', name=op.f('uq_once_tenant_id_user_id_key'))
    )
    tables.refer('fk_once_tenant_id', 'once', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('once')

    op.create_table('password_policy',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('profile', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=True),
        sa.Column('min_length', sa.BigInteger(), nullable=True),
        sa.Column('classes', sa.BigInteger(), nullable=True),
        sa.Column('strength', sa.BigInteger(), nullable=True),
        sa.Column('history', sa.BigInteger(), nullable=True),
        sa.Column('expiry_days', sa.BigInteger(), nullable=True),
        sa.Column('reminder_days', sa.BigInteger(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_password_policy_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_password_policy')),
        sa.UniqueConstraint('tenant_id', name=op.f('uq_password_policy_tenant_id'))
    )
    tables.refer('fk_password_policy_tenant_id', 'password_policy', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('password_policy')

    op.create_table('role_version',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('role_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('actor_id', sa.BigInteger(), nullable=True),
        sa.Column('actor_name', sa.String(length=128), nullable=False),
        sa.Column('action', sa.String(length=16), nullable=False),
        sa.Column('source', sa.Integer(), nullable=True),
        sa.Column('grants', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_role_version_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_role_version')),
        sa.UniqueConstraint('tenant_id', 'role_id', 'number', name=op.f('uq_role_version_tenant_id_role_id_number'))
    )
    tables.refer('fk_role_version_tenant_id', 'role_version', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('role_version')

    op.create_table('team',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
        sa.Column('leader_id', sa.BigInteger(), nullable=True),
        sa.Column('remark', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id', 'leader_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_team_tenant_id_leader_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_team_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_team')),
        sa.UniqueConstraint('tenant_id', 'name', name=op.f('uq_team_tenant_id_name'))
    )
    op.create_index('ix_team_tenant_id_created_at_id', 'team', ['tenant_id', 'created_at', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_team_tenant_id_leader_id_id', 'team', ['tenant_id', 'leader_id', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_team_tenant_id_remark_id', 'team', ['tenant_id', 'remark', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    tables.refer('fk_team_tenant_id', 'team', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('team')

    op.create_table('user_gram',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('gram', sa.String(length=2).with_variant(sa.String(length=2, collation='C'), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('owner_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('tenant_id', 'gram', 'created_at', 'owner_id', name=op.f('pk_user_gram')),
        info={'ucc_index': 'user'},
        sqlite_with_rowid=False
    )
    tables.protect('user_gram')

    op.create_table('announcement_roles',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('announcement_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('role_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'announcement_id'], ['announcement.tenant_id', 'announcement.id'], name=op.f('fk_announcement_roles_tenant_id_announcement_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id', 'role_id'], ['ab_role.tenant_id', 'ab_role.id'], name=op.f('fk_announcement_roles_tenant_id_role_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_announcement_roles_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'announcement_id', 'role_id', name=op.f('pk_announcement_roles'))
    )
    op.create_index(op.f('ix_announcement_roles_tenant_id_role_id_announcement_id'), 'announcement_roles', ['tenant_id', 'role_id', 'announcement_id'], unique=False)
    tables.refer('fk_announcement_roles_tenant_id', 'announcement_roles', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('announcement_roles')

    op.create_table('announcement_teams',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('announcement_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('team_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'announcement_id'], ['announcement.tenant_id', 'announcement.id'], name=op.f('fk_announcement_teams_tenant_id_announcement_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id', 'team_id'], ['team.tenant_id', 'team.id'], name=op.f('fk_announcement_teams_tenant_id_team_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_announcement_teams_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'announcement_id', 'team_id', name=op.f('pk_announcement_teams'))
    )
    op.create_index(op.f('ix_announcement_teams_tenant_id_team_id_announcement_id'), 'announcement_teams', ['tenant_id', 'team_id', 'announcement_id'], unique=False)
    tables.refer('fk_announcement_teams_tenant_id', 'announcement_teams', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('announcement_teams')

    op.create_table('customer',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
        sa.Column('gender', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
        sa.Column('phone', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
        sa.Column('type_id', sa.BigInteger(), nullable=True),
        sa.Column('team_id', sa.BigInteger(), nullable=True),
        sa.Column('agent_id', sa.BigInteger(), nullable=True),
        sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_contact_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('remark', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
        sa.Column('c1', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('c2', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('c3', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('c4', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('c5', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('c6', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('c7', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=True),
        sa.Column('name_pinyin', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
        sa.Column('name_initials', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
        sa.Column('phone_reversed', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.BigInteger(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id', 'agent_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_customer_tenant_id_agent_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id', 'team_id'], ['team.tenant_id', 'team.id'], name=op.f('fk_customer_tenant_id_team_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id', 'type_id'], ['customer_type.tenant_id', 'customer_type.id'], name=op.f('fk_customer_tenant_id_type_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_customer_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_customer'))
    )
    op.create_index('ix_customer_agent_id_given', 'customer', ['tenant_id', 'agent_id', 'id'], unique=False, sqlite_where=sa.text('agent_id IS NOT NULL'), postgresql_where=sa.text('agent_id IS NOT NULL'))
    op.create_index('ix_customer_assigned_at_given', 'customer', ['tenant_id', 'assigned_at', 'id'], unique=False, sqlite_where=sa.text('assigned_at IS NOT NULL'), postgresql_where=sa.text('assigned_at IS NOT NULL'))
    op.create_index('ix_customer_held', 'customer', ['tenant_id', 'assigned_at', 'id'], unique=False, sqlite_where=sa.text('agent_id IS NOT NULL'), postgresql_where=sa.text('agent_id IS NOT NULL'))
    op.create_index('ix_customer_last_contact_at_given', 'customer', ['tenant_id', 'last_contact_at', 'id'], unique=False, sqlite_where=sa.text('last_contact_at IS NOT NULL'), postgresql_where=sa.text('last_contact_at IS NOT NULL'))
    op.create_index('ix_customer_pool', 'customer', ['tenant_id', 'created_at', 'id'], unique=False, sqlite_where=sa.text('agent_id IS NULL AND team_id IS NULL'), postgresql_where=sa.text('agent_id IS NULL AND team_id IS NULL'))
    op.create_index('ix_customer_team_id_given', 'customer', ['tenant_id', 'team_id', 'id'], unique=False, sqlite_where=sa.text('team_id IS NOT NULL'), postgresql_where=sa.text('team_id IS NOT NULL'))
    op.create_index('ix_customer_team_pool', 'customer', ['tenant_id', 'team_id', 'created_at', 'id'], unique=False, sqlite_where=sa.text('agent_id IS NULL AND team_id IS NOT NULL'), postgresql_where=sa.text('agent_id IS NULL AND team_id IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c1_id', 'customer', ['tenant_id', 'c1', 'id'], unique=False, sqlite_where=sa.text('c1 IS NOT NULL'), postgresql_where=sa.text('c1 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c2_id', 'customer', ['tenant_id', 'c2', 'id'], unique=False, sqlite_where=sa.text('c2 IS NOT NULL'), postgresql_where=sa.text('c2 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c3_id', 'customer', ['tenant_id', 'c3', 'id'], unique=False, sqlite_where=sa.text('c3 IS NOT NULL'), postgresql_where=sa.text('c3 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c4_id', 'customer', ['tenant_id', 'c4', 'id'], unique=False, sqlite_where=sa.text('c4 IS NOT NULL'), postgresql_where=sa.text('c4 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c5_id', 'customer', ['tenant_id', 'c5', 'id'], unique=False, sqlite_where=sa.text('c5 IS NOT NULL'), postgresql_where=sa.text('c5 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c6_id', 'customer', ['tenant_id', 'c6', 'id'], unique=False, sqlite_where=sa.text('c6 IS NOT NULL'), postgresql_where=sa.text('c6 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_c7_id', 'customer', ['tenant_id', 'c7', 'id'], unique=False, sqlite_where=sa.text('c7 IS NOT NULL'), postgresql_where=sa.text('c7 IS NOT NULL'))
    op.create_index('ix_customer_tenant_id_changed_at_id', 'customer', ['tenant_id', 'changed_at', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_tenant_id_created_at_id', 'customer', ['tenant_id', 'created_at', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_tenant_id_gender_id', 'customer', ['tenant_id', 'gender', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_tenant_id_name_id', 'customer', ['tenant_id', 'name', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_tenant_id_name_initials_id', 'customer', ['tenant_id', 'name_initials', 'id'], unique=False)
    op.create_index('ix_customer_tenant_id_name_pinyin_id', 'customer', ['tenant_id', 'name_pinyin', 'id'], unique=False)
    op.create_index('ix_customer_tenant_id_phone_id', 'customer', ['tenant_id', 'phone', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index('ix_customer_tenant_id_phone_reversed_id', 'customer', ['tenant_id', 'phone_reversed', 'id'], unique=False)
    op.create_index('ix_customer_tenant_id_type_id_id', 'customer', ['tenant_id', 'type_id', 'id'], unique=False, sqlite_where=None, postgresql_where=None)
    tables.refer('fk_customer_tenant_id', 'customer', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('customer')

    op.create_table('old_password',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('hash', sa.String(length=256), nullable=False),
        sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_old_password_tenant_id_user_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_old_password_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_old_password'))
    )
    op.create_index(op.f('ix_old_password_tenant_id_user_id_id'), 'old_password', ['tenant_id', 'user_id', 'id'], unique=False)
    tables.refer('fk_old_password_tenant_id', 'old_password', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('old_password')

    op.create_table('reveal_count',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('last', sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_reveal_count_tenant_id_user_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_reveal_count_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'user_id', 'day', name=op.f('pk_reveal_count'))
    )
    tables.refer('fk_reveal_count_tenant_id', 'reveal_count', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('reveal_count')

    op.create_table('saved_view',
        sa.Column('tenant_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('resource', sa.String(length=64), nullable=False),
        sa.Column('owner_id', sa.BigInteger(), nullable=False),
        sa.Column('role_id', sa.BigInteger(), nullable=True),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('query', sa.String(length=2000), nullable=False),
        sa.Column('own_fields', sa.JSON(), nullable=False),
        sa.Column('role_default', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['tenant_id', 'owner_id'], ['ab_user.tenant_id', 'ab_user.id'], name=op.f('fk_saved_view_tenant_id_owner_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id', 'role_id'], ['ab_role.tenant_id', 'ab_role.id'], name=op.f('fk_saved_view_tenant_id_role_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_saved_view_tenant_id'), ondelete='RESTRICT', use_alter=True),
        sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_saved_view')),
        sa.UniqueConstraint('tenant_id', 'resource', 'owner_id', 'name', name=op.f('uq_saved_view_tenant_id_resource_owner_id_name'))
    )
    op.create_index(op.f('ix_saved_view_tenant_id_owner_id'), 'saved_view', ['tenant_id', 'owner_id'], unique=False)
    op.create_index(op.f('ix_saved_view_tenant_id_role_id'), 'saved_view', ['tenant_id', 'role_id'], unique=False)
    tables.refer('fk_saved_view_tenant_id', 'saved_view', 'tenant', ['tenant_id'], ['id'], ondelete='RESTRICT')
    tables.protect('saved_view')
