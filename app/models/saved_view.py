"""A list as somebody wants to see it again: conditions, order and columns, under a name."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, TenantRow


class SavedView(TenantRow, Base):
    """`query` is the list's query string; `own_fields` says which of a company's own fields the slots in it meant (slot
    → id of the definition, what it was called). With `role_id` everyone of that role sees it too, and where it is the
    role's default, whoever opens the list without asking for anything gets it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("tenant_id", "resource", "owner_id", "name"),
        ForeignKeyConstraint(["tenant_id", "owner_id"], ["ab_user.tenant_id", "ab_user.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "role_id"], ["ab_role.tenant_id", "ab_role.id"], ondelete="CASCADE"),
        Index(None, "tenant_id", "owner_id"),
        Index(None, "tenant_id", "role_id"),
    )

    resource: Mapped[str] = mapped_column(String(64), nullable=False)
    owner_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    role_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40), nullable=False)
    query: Mapped[str] = mapped_column(String(2000), nullable=False)
    own_fields: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict, nullable=False)
    role_default: Mapped[bool] = mapped_column(Boolean, default=False, nullable=False)
