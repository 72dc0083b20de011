"""${message}

% for line in steps:
${line}
% endfor
"""

import sqlalchemy as sa
from alembic import op

from app.migrations import tables

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades}
