"""All settings. What differs between machines comes from the environment: see .env.example."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from common import broker
from config import logs, safety

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if env.bool("READ_DOT_ENV", default=True):
    env.read_env(BASE_DIR / ".env")
VAR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# --- who may reach this server ------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC = not all(map(safety.is_loopback, ALLOWED_HOSTS))
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if unsafe := safety.problems(hosts=ALLOWED_HOSTS, key=SECRET_KEY, debug=DEBUG):
    raise ImproperlyConfigured(f"Refusing to serve {', '.join(ALLOWED_HOSTS)}: {'; '.join(unsafe)}. See .env.example.")
SECRET_KEY_IS_LOCAL = not SECRET_KEY
SECRET_KEY = SECRET_KEY or safety.local_key(VAR / "secret-key")
# A first look at an empty database finds a city in it, with a published password: only on one's own machine.
DEMO_CITY = env.bool("DEMO_CITY", default=SECRET_KEY_IS_LOCAL) and not PUBLIC

# --- rooms --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.AssetsConfig",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "rules",
    "tree_queries",
    "common",
    "governance",
    "catalog",
    "projects",
    "reviews",
    "budgets",
    "insight",
    "config",
]
MIDDLEWARE = [
    "common.request.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer at random against BREACH
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SessionClockMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.errors.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
            "builtins": ["common.templatetags.components", "governance.templatetags.saved_views"],
        },
    }
]

# --- data ---------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE, two requests that read before they write end as "database is locked".
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    limits = {
        "statement_timeout": env.int("STATEMENT_TIMEOUT", default=0),
        "lock_timeout": env.int("LOCK_TIMEOUT", default=3),
        "idle_in_transaction_session_timeout": env.int("IDLE_TRANSACTION_TIMEOUT", default=30),
    }
    DATABASE["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE.setdefault("OPTIONS", {}).update(
        options=" ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()), connect_timeout=5
    )
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
# Attachments have no address of their own: a view with the record's permission hands them out.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a grid of modules by source and year is one form
MODEL_DIR = Path(env.str("MODEL_DIR", default=str(VAR / "model")))
INDEX_DIR = VAR / "index"  # made of the database at any time: no backup needs it
# Of 25 applications that are screened together: pairs that are explained word by word, half a second each.
SCREENING_WORD_PAIRS = env.int("SCREENING_WORD_PAIRS", default=100)
# Modules in a round from which not each is held against each: only what shares a cell.
SCREENING_CELLS_FROM = env.int("SCREENING_CELLS_FROM", default=30_000)

# --- language and time --------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_THOUSAND_SEPARATOR = False  # it would group ids and years too: the amounts' own tags and `intcomma` group
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- people -------------------------------------------------------------------------------
AUTH_USER_MODEL = "governance.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.demo.DemoPasswordGuard",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
SESSION_COOKIE_AGE = 30 * 60  # idle time; SessionClockMiddleware moves it on
SESSION_LONGEST = timedelta(hours=12)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# By account, from whatever address: a whole office shares one address behind its gateway.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["password"]
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"

# --- what browsers are told ---------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=PUBLIC)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CSRF_FAILURE_VIEW = "config.errors.stale_form"

# --- interface for programs ---------------------------------------------------------------
API_TOKEN_HOURS = env.int("API_TOKEN_HOURS", default=12)
API_TOKEN_LONGEST_HOURS = env.int("API_TOKEN_LONGEST_HOURS", default=90 * 24)
# Requests a minute, counted by each web process; None is without limit.
API_LIMITS = {"token": env.int("API_TOKEN_LIMIT", default=600), "person": env.int("API_PERSON_LIMIT", default=1200)}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "common.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.parsing.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["common.api.throttling.TokenThrottle", "common.api.throttling.PersonThrottle"],
    "DEFAULT_FILTER_BACKENDS": ["common.api.filtering.StrictFilterBackend", "rest_framework.filters.SearchFilter"],
    "DEFAULT_PAGINATION_CLASS": "common.api.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "common.api.schema.NounSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "common.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(hours=API_TOKEN_HOURS),
    "TOKEN_LIMIT_PER_USER": 10,
    "AUTH_HEADER_PREFIX": "Token",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "统筹 Tongchou",
    "DESCRIPTION": _("Governance of a city's government IT projects: applications, acts, annual list, budget."),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        name: f"{app}.states.{name}"
        for app, names in {
            "governance": ("RoundStatus", "SourceKind", "DepartmentKind", "DocumentKind"),
            "catalog": ("CapabilityStatus", "CapabilityKind", "SystemStatus"),
            "projects": ("ApplicationStatus", "ApplicationKind", "LineKind", "SectionKey"),
            "reviews": ("ActStatus", "ListStatus", "DispositionKind", "DispositionState", "OpinionState"),
            "budgets": ("BudgetStage", "EntryKind"),
        }.items()
        for name in names
    }
    | {"ApplicationEnd": "reviews.models.endings.ENDS"},
}

# --- slow work ----------------------------------------------------------------------------
# A message comes back when its worker died: later than any task may run, so that none runs twice.
TASK_LIMIT = 300
LEASE = TASK_LIMIT + 60
QUEUE_DIR = Path(env.str("QUEUE_DIR", default=str(VAR / "queue")))
CELERY_BROKER_URL = env.str("REDIS_URL", default=broker.URL)
if CELERY_BROKER_URL == broker.URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = broker.options(QUEUE_DIR, lease=LEASE)
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": LEASE,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = TASK_LIMIT
CELERY_TASK_SOFT_TIME_LIMIT = TASK_LIMIT - 30
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}  # the relay tries again later
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_TIMER_PRECISION = 0.2  # its timer is waited for when the worker stops
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "resume-screenings": {"task": "reviews.tasks.resume_screenings", "schedule": timedelta(minutes=1)},
    "close-ended-rounds": {"task": "governance.tasks.close_ended_rounds", "schedule": timedelta(hours=1)},
    "close-due-opinions": {"task": "reviews.tasks.close_due_opinions", "schedule": timedelta(hours=1)},
    "notify": {"task": "config.notifications.tasks.deliver", "schedule": timedelta(seconds=30)},
    "remind": {"task": "config.notifications.tasks.remind", "schedule": timedelta(hours=3)},
    "forget-read-notifications": {"task": "governance.tasks.forget_read_notifications", "schedule": timedelta(days=1)},
    "learn-from-verdicts": {"task": "reviews.tasks.learn_nightly", "schedule": crontab(hour=3, minute=20)},
    "tidy": {"task": "common.housekeeping.tidy", "schedule": timedelta(hours=1)},
}

# --- what is said -------------------------------------------------------------------------
LOGGING = logs.configure(level=env.str("LOG_LEVEL", default="INFO"), json=env.bool("LOG_JSON", default=PUBLIC))
