"""The page of one's own password (P1), and what is said of a password while somebody types one (P2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _

from app.access import Actor
from app.accounts import passwords
from app.accounts.addresses import HOME
from app.accounts.limits import count_strength_question
from app.fields.policy import MOST, Policy
from app.fields.strength import NAMES
from app.records.passwords import policy_of
from app.web import who
from app.web.shell import page


def password_page(errors: Mapping[str, Sequence[object]], *, status: int = 200) -> Response:
    """The form, with what is wrong beside each field."""
    actor, title = who.actor(), _("Change password")
    password = {
        "action": url_for("LoginView.password"),
        "cancel_url": request.script_root + HOME,
        "username": actor.username,
        "forced": actor.must_change_password,
        "expired": actor.password_expired,
        "errors": {field: [str(text) for text in texts] for field, texts in errors.items()},
        "meter": meter(actor, own=True),
    }
    return page("password.html", title=title, crumbs=[(title, None)], status=status, password=password)


def meter(actor: Actor, *, own: bool = False) -> dict[str, Any]:
    """What the template `_meter.html` shows under a password field."""
    return {
        "url": url_for("LoginView.strength"),
        "own": own,
        "policy": rules_told(policy_of(actor.tenant_id, actor.settings_version), own=own),
        "scale": [str(name) for name in NAMES],
    }


def rules_told(policy: Policy, *, own: bool) -> list[dict[str, str]]:
    """What a new password must be, each with the name that its faults have (`app.fields.policy.Fault`)."""
    told = {"length": _("At least %(n)s characters", n=policy.min_length)}
    if policy.classes > 1:
        told["classes"] = _(
            "At least %(n)s of: lower-case letters, capitals, digits, other characters", n=policy.classes
        )
    about = _("No login name, name, phone or company in it") if not own else _("Nothing of you or the company in it")
    told["name"] = about
    told["common"] = _("Not a password that many people use")
    if policy.strength:
        told["strength"] = _("Strength at least: %(name)s", name=NAMES[policy.strength])
    rules = [{"name": name, "text": text} for name, text in told.items()]
    if policy.history and own:  # only the server can tell, when the form is sent
        rules.append(
            {"name": "", "text": _("Not the present password, nor one of the %(n)s before it", n=policy.history)}
        )
    return rules


def answer_strength() -> Response:
    """JSON: how strong `password` is, which demands it misses, and why. It is judged and forgotten: nothing of the
    request is logged or kept. Raises TooMany.

    Beside it the form's other fields may be sent: what they say about a person may not stand in that person's password.
    Without `own`, the person is somebody whom the sender describes so.
    """
    actor, form = who.actor(), request.form
    count_strength_question(actor)
    plain = form.get("password", "")[: MOST + 1]
    about = None if form.get("own") else {name: text[:MOST] for name, text in form.items() if name != "password"}
    verdict = passwords.strength_of(actor, plain, about)
    demanded = policy_of(actor.tenant_id, actor.settings_version).strength
    weak = ["strength"] if verdict.strength.score < demanded else []  # even where another fault says it already
    faults = [str(text) for text in verdict.texts]
    more = [str(text) for text in verdict.strength.reasons if not any(str(text) in fault for fault in faults)]
    return jsonify(
        score=verdict.strength.score,
        name=str(verdict.strength.name),
        missed=sorted({*(fault.rule for fault in verdict.faults), *weak}),
        reasons=[*faults, *more],
    )
