"""Django's admin of the flat table. BENCH_COUNT=0 leaves the count away: a paginator that knows no number."""

from __future__ import annotations

import os
import sys

import django
from django.conf import settings
from sqlalchemy.engine import make_url

_COUNTS = os.environ.get("BENCH_COUNT") != "0"


def _database() -> dict[str, object]:
    """From an SQLAlchemy address whose host may be a folder with a socket."""
    url = make_url(os.environ["BENCH_FLAT_URL"])
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": url.database, "USER": url.username or "",
        "PASSWORD": url.password or "", "HOST": url.query.get("host", url.host or ""), "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
    }  # fmt: skip


settings.configure(
    DEBUG=False,
    SECRET_KEY="only-for-the-benchmark-and-long-enough-for-django-to-be-content",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": _database()},
    USE_TZ=True,
    TIME_ZONE="Asia/Shanghai",
    LANGUAGE_CODE="zh-hans",
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "bench.customers",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)  # fmt: skip
django.setup()

from django.contrib import admin  # noqa: E402 - Django's parts are there after setup() only
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402

from bench import pages  # noqa: E402
from bench.customers.cases import ADMIN, COLUMNS, PAGE  # noqa: E402


class _Flat(models.Model):
    name = models.CharField(max_length=64)
    gender = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=32)
    type = models.CharField(max_length=64)
    team = models.CharField(max_length=64)
    agent = models.CharField(max_length=64)
    remark = models.TextField(blank=True)
    amount = models.IntegerField(null=True)
    source = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        app_label = "customers"
        managed = False
        db_table = "customer"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class Uncounted(Paginator):
    count = 10**9


class CustomerAdmin(admin.ModelAdmin):
    list_display = COLUMNS
    list_per_page = PAGE
    show_full_result_count = _COUNTS
    paginator = Paginator if _COUNTS else Uncounted


def _register(name: str, shown: type[admin.ModelAdmin]) -> None:
    """A model of its own over the one table."""
    meta = type("Meta", (_Flat.Meta,), {"abstract": False})
    admin.site.register(type(name, (_Flat,), {"__module__": __name__, "Meta": meta}), shown)


_register("Customer", CustomerAdmin)
for _page in pages.NAMES:
    _register(_page.title().replace("_", ""), admin.ModelAdmin)

urlpatterns = [path("admin/", admin.site.urls)]
app = get_wsgi_application()


def prepare() -> None:
    """Django's own tables, and an admin."""
    call_command("migrate", verbosity=0)
    username, password = ADMIN
    users = get_user_model().objects
    if not users.filter(username=username).exists():
        users.create_superuser(username, "admin@example.cn", password)


if __name__ == "__main__":
    prepare()
    sys.exit()
