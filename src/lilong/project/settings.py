"""Settings of one instance, computed from the environment and LILONG_HOME. Importing them starts and writes nothing.

``LILONG_HOME``    where the instance lives (``./var``)
``DATABASE_URL``   a PostgreSQL of one's own instead of the embedded one
``LILONG_ORIGIN``  the address people use (``http://127.0.0.1:8000``); with https the cookies are secure
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from lilong.project.databases import databases
from lilong.project.home import Home
from lilong.project.keys import Keys
from lilong.project.logs import logging_settings

LILONG_HOME = Home.here()
LILONG_ORIGIN = os.environ.get("LILONG_ORIGIN", f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}").rstrip("/")
_ORIGIN = urlsplit(LILONG_ORIGIN)
_SECURE = _ORIGIN.scheme == "https"

DEBUG = False
# Without a key of its own the instance was not initialised: what it signs ends with the process.
SECRET_KEY = Keys(LILONG_HOME).read("django") or secrets.token_urlsafe(48)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *([_ORIGIN.hostname] if _ORIGIN.hostname else [])]
CSRF_TRUSTED_ORIGINS = [LILONG_ORIGIN]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "procrastinate.contrib.django",
    "lilong.ledger",
    "lilong.project.rooms.CalendarsRoom",
    "lilong.identity",
    "lilong.posture",
    "lilong.apps.places",
    "lilong.apps.organisations",
    "lilong.apps.people",
    "lilong.apps.work",
    "lilong.apps.cases",
    "lilong.gateways.open311",
    "lilong.dashboards",
    "lilong.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lilong.project.middleware.ArrivalMiddleware",
    "lilong.project.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lilong.project.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lilong.project.middleware.ActorMiddleware",
    "lilong.project.middleware.PageMessagesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lilong.project.middleware.RefusalMiddleware",
]
CSRF_FAILURE_VIEW = "lilong.project.views.errors.forged"

ROOT_URLCONF = "lilong.project.urls"
WSGI_APPLICATION = "lilong.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lilong.project.context.shell",
            ],
        },
    },
]

FORM_RENDERER = "lilong.project.drawing.InputRenderer"

DATABASES = databases(LILONG_HOME)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "identity.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Who carries sign-in codes to phones: a lilong.identity.senders.CodeSender. The default shows them on the console.
LILONG_CODE_SENDER = os.environ.get("LILONG_CODE_SENDER", "lilong.identity.senders.ConsoleSender")
# GB/T 22239-2019 level three asks for two factors; posts that lay out duties then need one.
LILONG_REQUIRE_SECOND_FACTOR = os.environ.get("LILONG_REQUIRE_SECOND_FACTOR") == "1"
# Addresses of reverse proxies whose X-Forwarded-For is believed.
LILONG_TRUSTED_PROXIES = frozenset(filter(None, os.environ.get("LILONG_TRUSTED_PROXIES", "").split(",")))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = LILONG_HOME.static
MEDIA_ROOT = LILONG_HOME.media
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Three pictures from a phone and the form around them; the body without files stays small.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 6

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
# TLS ends in front of the web workers, which listen on the loopback interface only.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60

LOGGING = logging_settings(LILONG_HOME)
