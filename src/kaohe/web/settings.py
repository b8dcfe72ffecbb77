"""One file for every machine; what differs between machines is in ``environment``."""

from __future__ import annotations

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from kaohe.web.environment import read_environment
from kaohe.web.surveys.resident_style import style_source

ENVIRONMENT = read_environment()
HERE = Path(__file__).parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)

INSTALLED_APPS = [
    "kaohe.web.ui",
    "kaohe.web.records",
    "kaohe.web.audit",
    "kaohe.web.accounts",
    "kaohe.web.jobs",
    "kaohe.web.registry",
    "kaohe.web.cycles",
    "kaohe.web.surveys",
    "kaohe.web.hotline",
    "kaohe.web.evidence",
    "kaohe.web.results",
    "kaohe.web.publication",
    "kaohe.web.desk",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_q",
    "django_otp",
    "django_otp.plugins.otp_totp",
]

MIDDLEWARE = [
    "kaohe.web.ui.connections.fresh_connection_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "kaohe.web.surveys.residents.residents_middleware",
    "kaohe.web.hotline.machines.machines_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kaohe.web.accounts.middleware.person_middleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kaohe.web.urls"
WSGI_APPLICATION = "kaohe.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "kaohe.web.ui.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "kaohe.web.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "kaohe.web.ui.forms.Renderer"

# -- data ---------------------------------------------------------------------------------------

DATABASES = {"default": environ.Env.db_url_config(ENVIRONMENT.database_url)}
# Connections are kept: to make one costs more than to take a ballot. Whether the other end is still
# there is seen without asking the database (``fresh_connection_middleware``).
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A writer waits for another instead of failing when it finds out late.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What was confirmed outlives a power cut: once ballots are counted here, box and key go.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
# The queue of jobs is a table of the same database: a job and what it is about are saved together.
Q_CLUSTER = {
    "name": "kaohe",
    "orm": "default",
    "workers": 1,
    "poll": 0.5,  # seconds
    "timeout": 1800,  # a million cases pass their door in about five minutes, or in more
    "retry": 1860,  # a worker that died in the middle: somebody does the work again after so long
    "max_attempts": 3,
    "save_limit": 100,
    "scheduler": False,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = ENVIRONMENT.data / "files"  # never served: downloads go through views
BOXES = ENVIRONMENT.data / "boxes"  # ballot boxes of open rounds, where the database is SQLite
KEYS = ENVIRONMENT.keys  # what opens them: in no backup
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# -- who ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "kaohe.web.accounts.passwords.NoSecret"  # a login's password is its name
    if ENVIRONMENT.demonstration
    else "django.contrib.auth.hashers.Argon2PasswordHasher"
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "kaohe.web.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "desk:home"
SESSION_COOKIE_AGE = 4 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure
SESSION_COOKIE_SAMESITE = "Lax"
# HTTPS ends before us, so that a form's origin says https while we are asked over http.
CSRF_TRUSTED_ORIGINS = (
    [f"https://{host}" for host in ENVIRONMENT.hosts] if ENVIRONMENT.secure else []
)
CSRF_FAILURE_VIEW = "kaohe.web.accounts.views.form_expired"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "考核"

# -- pages --------------------------------------------------------------------------------------

# Chinese is the language in which messages are written; the only catalogue is English.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "static/"
# Styles and scripts are served from the package itself: nothing to collect before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "style-src": [SELF, style_source()],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a sheet of marks is one form where there is no script
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
UPLOAD_LIMIT = 100 * 2**20
"""The largest file that is taken, in bytes."""
# W006 wants lock-outs by address too: behind a town's gateway all people have one.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

PRODUCT = _("考核")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"not_of_residents": {"()": "kaohe.web.surveys.logs.NotOfResidents"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["not_of_residents"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django-q": {"level": "WARNING"}},
}
