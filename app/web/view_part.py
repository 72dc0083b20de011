"""What routes that stand in a file of their own ask of the view or API that they become part of."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from app.errors import InUse, Invalid
    from app.spec.model import ResourceSpec
    from app.web.face import Face
    from app.web.shell import Crumb


class ApiPart:
    """Routes of a `ResourceApi`."""

    if TYPE_CHECKING:
        resource: ClassVar[ResourceSpec]

        def _remove(self, ids: list[int], heir: str | None) -> list[str]: ...


class ViewPart:
    """Routes of a `ResourceView`."""

    if TYPE_CHECKING:
        resource: ClassVar[ResourceSpec]

        @property
        def face(self) -> Face: ...
        def _crumbs(self, last: str) -> Sequence[Crumb]: ...
        def _back(self) -> str: ...
        def _refused(self, refusal: Invalid | InUse) -> ResponseReturnValue: ...
        def _remove(self, ids: Sequence[int], heir: str | None) -> Sequence[str]: ...
