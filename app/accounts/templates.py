"""Tenant templates (K5): what a new company begins with, from schema/templates/."""

from __future__ import annotations

from typing import Final

from app.access import system_actor
from app.engine import engine
from app.labels import Label
from app.models.tenant import Tenant
from app.records import service, settings
from app.spec.model import TemplateSpec
from app.spec.templates import worded

GENERAL: Final = "general"  # taken where none is named
OF_TEMPLATE: Final = Label("模板：", "Template: ")  # how the audit log names it, as who did what
NO_TEMPLATE: Final = TemplateSpec("", Label("", ""))


def template_called(name: str) -> TemplateSpec:
    """The template, or NO_TEMPLATE where there is none of this name."""
    return engine().product.templates.get(name, NO_TEMPLATE)


def apply_template(tenant: Tenant, template: TemplateSpec) -> None:
    """Adds the template's records and settings to the new company in scope, by the same rules and limits and with the
    same audit entries as everything else. Grants are given with the roles (`permissions.grant_all_defaults`)."""
    reason = OF_TEMPLATE.text(tenant.locale) + template.label.text(tenant.locale)
    actor = system_actor(tenant.id, reason, locale=tenant.locale, timezone=tenant.timezone)
    product = engine().product
    for name, rows in template.records.items():
        for row in rows:
            service.add(actor, product.resource(name), worded(row, tenant.locale))
    for name, values in template.settings.items():
        settings.save(actor, product.resource(name), worded(values, tenant.locale))
