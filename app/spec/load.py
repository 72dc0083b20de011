"""From the folders of YAML to the checked `Product`: read, check each file, check what names what, complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from app.errors import SpecFault
from app.spec.check_actions import check_actions
from app.spec.check_bin import check_bin
from app.spec.check_desk import check_desk
from app.spec.check_export import check_export
from app.spec.check_extensible import check_extensible
from app.spec.check_fields import check_fields
from app.spec.check_handover import check_handover
from app.spec.check_import import check_import
from app.spec.check_masking import check_masking
from app.spec.check_names import Defined, check_names
from app.spec.check_owner import check_owner
from app.spec.check_resource import check_resource, check_unique
from app.spec.check_sets import check_sets
from app.spec.check_settings import check_settings
from app.spec.check_visibility import check_visibility
from app.spec.check_workbench import check_workbench
from app.spec.defaults import complete
from app.spec.faults import Faults
from app.spec.files import check_roles, read_drafts, read_shared
from app.spec.model import Product
from app.spec.options import with_options, with_words
from app.spec.pages import check_pages
from app.spec.rulefile import check_strays, read_rules
from app.spec.templates import read_templates


def load_product(*folders: Path) -> Product:
    """The product that `folders` describe together. Raises SpecFault with every fault there is."""
    product, faults = read_product(folders)
    if product is None:
        raise SpecFault(faults)
    return product


def read_product(folders: Sequence[Path]) -> tuple[Product | None, list[str]]:
    """The product and no fault, or no product and all faults."""
    faults = Faults()
    presets = read_shared(folders, "presets.yaml", faults)
    groups = read_shared(folders, "menu.yaml", faults)
    roles = read_shared(folders, "roles.yaml", faults)
    drafts = list(read_drafts(folders, presets.raw, faults))
    check_roles(folders, roles, faults)
    defined = Defined(frozenset(groups.raw), frozenset(roles.raw), frozenset(draft.name for draft in drafts))
    check_unique(drafts)
    check_strays(folders, faults)
    for draft in drafts:
        check_fields(draft)
        check_names(draft, defined)
        check_resource(draft)
        check_workbench(draft)
        check_handover(draft)
        check_sets(draft)
        check_bin(draft)
        check_desk(draft)
        check_import(draft)
    check_settings(drafts)
    check_extensible(drafts)
    check_pages(drafts)
    check_visibility(drafts, defined.roles)
    check_owner(drafts)
    check_actions(drafts)
    check_masking(drafts)
    check_export(drafts)
    rules = {draft.name: read_rules(draft) for draft in drafts if "of" not in draft.raw}
    if faults.found:
        return None, faults.lines()
    complete_ones = {draft.name: complete(draft.group, draft.below, draft.data) for draft in drafts}
    resources = with_options(with_words(complete_ones, roles.made))
    templates = read_templates(folders, resources, roles.made, faults)
    if faults.found:
        return None, faults.lines()
    return Product(
        resources=resources,
        templates=templates,
        groups=MappingProxyType(groups.made),
        roles=MappingProxyType(roles.made),
        rules=MappingProxyType({draft.name: rules[draft.data.get("of", draft.name)] for draft in drafts}),
    ), []
