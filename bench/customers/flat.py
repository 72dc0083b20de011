"""The same customers in one flat table, for those who have no tenants: texts instead of references, nothing to join."""

from __future__ import annotations

import psycopg
from psycopg import sql

TABLE = """
    CREATE TABLE customer (
        id bigint PRIMARY KEY, name varchar(64) COLLATE "C" NOT NULL, gender varchar(8) NOT NULL,
        phone varchar(32) COLLATE "C" NOT NULL, type varchar(64) NOT NULL, team varchar(64) NOT NULL,
        agent varchar(64) NOT NULL, remark text NOT NULL, amount integer, source varchar(64) NOT NULL,
        created_at timestamptz NOT NULL)
"""
INDEXED = ("name", "phone", "type", "team", "agent", "amount", "source", "created_at")
# {amount} and {source} are the slots of the two own fields; {options} is the list of the choice's (id, label).
ROWS = """
    COPY (SELECT c.id, c.name, c.gender, c.phone, coalesce(t.name, ''), coalesce(m.name, ''),
                 coalesce(u.first_name, ''), c.remark, substr({amount}, 2)::bigint::integer,
                 coalesce({options}::jsonb ->> {source}, ''), c.created_at
            FROM customer c
            LEFT JOIN customer_type t ON (t.tenant_id, t.id) = (c.tenant_id, c.type_id)
            LEFT JOIN team m ON (m.tenant_id, m.id) = (c.tenant_id, c.team_id)
            LEFT JOIN ab_user u ON (u.tenant_id, u.id) = (c.tenant_id, c.agent_id)
           WHERE c.tenant_id = {tenant}
           ORDER BY c.created_at, c.id) TO STDOUT
"""


def fill(ours: psycopg.Connection, flat: psycopg.Connection, *, tenant: int, amount: str, source: str,
         options: str) -> None:  # fmt: skip
    """Copies the tenant's customers. The same indexes as ours have, as far as a flat table can use them."""
    flat.execute(TABLE)
    statement = sql.SQL(ROWS).format(
        tenant=sql.Literal(tenant), options=sql.Literal(options),
        amount=sql.Identifier("c", amount), source=sql.Identifier("c", source),
    )  # fmt: skip
    with ours.cursor().copy(statement) as taken, flat.cursor().copy("COPY customer FROM STDIN") as given:
        for piece in taken:
            given.write(piece)
    for name in INDEXED:
        flat.execute(sql.SQL("CREATE INDEX ON customer ({}, id)").format(sql.Identifier(name)))
    flat.execute("VACUUM ANALYZE")
