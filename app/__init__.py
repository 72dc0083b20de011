"""UCC Admin. `create_app` is the whole boot order, top to bottom; importing a module starts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import app.models.adopted  # noqa: F401 - before FAB's manager below, which fixes FAB's tables as they are
import config
from app.accounts.manager import SecurityManager
from app.chassis import Chassis
from app.engine import Engine
from app.models.base import db
from app.models.build import build_models
from app.spec.load import load_product
from app.tenancy import guard, rls
from app.web import assets, errors, register, rendering, security, watching

PRODUCT_NAME = "UCC Admin"


def create_app(settings: Mapping[str, Any] | None = None, *, unsafe_database_to_be_repaired: bool = False) -> Flask:
    """The WSGI application. `settings` go over those of the environment (tests, command line).

    Raises SpecFault for faulty YAML and UnsafeDatabase where the database would not isolate tenants.
    """
    app = Flask("app", static_folder="web/static", template_folder="web/templates")
    configure(app, settings or {})
    security.init_app(app)
    assets.init_app(app)
    rendering.init_app(app)
    errors.init_app(app)
    watching.init_app(app)

    product = load_product(*(Path(folder) for folder in app.config["SCHEMA"]))
    models = build_models(product)
    app.extensions["ucc"] = Engine(product, models)

    db.init_app(app)
    with app.app_context():
        guard.install(db.session)
        if not unsafe_database_to_be_repaired:
            rls.verify(db.engine)
        chassis = Chassis(app, db.session, security_manager_class=SecurityManager)
        register.register(chassis, product, models)
    return app


def configure(app: Flask, settings: Mapping[str, Any]) -> None:
    """Our settings under their own names, and what the frameworks below read, derived from them."""
    app.config.update(config.load())
    app.config.update(settings)
    instance = Path(app.config["INSTANCE"])
    app.config.setdefault("SECRET_KEY", None)
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = config.secret_key(instance)
    url = app.config["DATABASE_URL"] or f"sqlite:///{instance / 'ucc.db'}"
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ECHO=app.config["SQL_ECHO"],
        SQLALCHEMY_TRACK_MODIFICATIONS=False,
        # A fault of the database is logged with its statement, not with the hashes and phones that it would have saved.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": not app.config["SQL_ECHO"]},
        APP_NAME=PRODUCT_NAME,
        LANGUAGES={"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}},
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_TRANSLATION_DIRECTORIES=str(config.ROOT / "translations"),
        FAB_UPDATE_PERMS=False,
        FAB_BASE_TEMPLATE="base.html",
        FAB_API_SWAGGER_UI=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=app.config["SESSION_HOURS"]),
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        TRUSTED_HOSTS=list(app.config["TRUSTED_HOSTS"]) or None,
    )
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
