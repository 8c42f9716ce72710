"""All settings, in one file. Safe for production unless the environment says otherwise.

Every value that may differ between machines is read here, typed, from an environment
variable; what is missing or malformed stops the start, all of it named at once.
`docs/settings.md` lists them. `./run demo` and `./run test` supply their own.
"""

import logging
from pathlib import Path

from csp.constants import NONE, SELF
from marshmallow.validate import URL, ContainsOnly, Length, Range, Regexp

from scorecard_site.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------- the environment

env = Environment()
not_empty = Length(min=1, error="Environment variable is empty.")
a_site = URL(require_tld=False, schemes={"http", "https"})
a_queue = Regexp(
    r"(filesystem|memory|rediss?|amqps?)://", error="Not like redis://host:6379/0."
)
for_localhost = ContainsOnly(
    ["localhost", "127.0.0.1", "[::1]"], error="SCORECARD_DEMO is for localhost."
)

# What this installation keeps: SQLite database, finished files, the queue's folders.
VAR_DIR = env.folder("SCORECARD_VAR_DIR", str(BASE_DIR / "var"))
DEBUG = env.bool("DEBUG", False)
# Signs people in by the addresses that `./run demo` prints. Never on a real site.
DEMO = env.bool("SCORECARD_DEMO", False)
SECRET_KEY = env.str("SECRET_KEY", validate=not_empty)
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS",
    subcast=str.strip,
    validate=[not_empty, for_localhost] if DEMO else not_empty,
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list(
    "CSRF_TRUSTED_ORIGINS", [], subcast=str.strip
)
# Where people reach the site: a worker that writes a mail sees no request.
SITE_URL = (
    env.str("SITE_URL", "http://localhost:8000", validate=a_site)
    if DEBUG
    else env.str("SITE_URL", validate=a_site)
)
DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR}/scorecard.sqlite3",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
storage_of_static_files = env.str(
    "STATICFILES_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25, validate=Range(1, 65535))
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
# A mail server that does not answer keeps nobody waiting for ever (seconds).
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20, validate=Range(1))
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", f"{VAR_DIR}/mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "scorecard@localhost")
CELERY_BROKER_URL = env.str(
    "CELERY_BROKER_URL", "filesystem://localhost", validate=a_queue
)
SECURE_TLS = env.bool("SECURE_TLS", not (DEBUG or DEMO))
# Whether other sites of the same domain use https is for their owner to say.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
behind_tls_proxy = env.bool("BEHIND_TLS_PROXY", False)
log_level = env.log_level("LOG_LEVEL", logging.INFO)
env.stop_if_wrong()

SITE_URL = SITE_URL.rstrip("/")

# ---------------------------------------------------------------- the site

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    # Its documentation page is served from our own files.
    "ninja",
    "surveys",
    "validation",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "surveys.compressed.Compressed",
    # Respondents' pages need nothing of what follows: no session, no account.
    "surveys.intake.shortway.ShortWay",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "scorecard_site.urls"
WSGI_APPLICATION = "scorecard_site.wsgi.application"

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
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ---------------------------------------------------------------- database

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without these, two people saving at once get "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # secure_delete: what a submitted draft held is overwritten in the file.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA secure_delete=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---------------------------------------------------------------- people

AUTH_USER_MODEL = "surveys.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "surveys.members.sign_in.InvitedOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever is unknown here gets no mail, and the same page as whoever is known.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Short codes of respondents: a classroom behind one address may come back at once, and
# a guess among ten thousand drafts is right once in 10^11.
ACCOUNT_RATE_LIMITS = {"intake_code": "60/10m/ip,600/10m/key"}
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
if DEMO:
    AUTHENTICATION_BACKENDS.append("sesame.backends.ModelBackend")
    SESAME_MAX_AGE = 30 * 24 * 3600

# ---------------------------------------------------------------- languages

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("kk", "Қазақша")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "scorecard_site.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# ---------------------------------------------------------------- files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": storage_of_static_files},
}

# ---------------------------------------------------------------- queue

if CELERY_BROKER_URL.startswith("filesystem://"):
    QUEUE_DIR = VAR_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
    }
    for folder in ("messages", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "take up what a killed worker left": {
        "task": "surveys.jobs.tasks.take_up_abandoned_jobs",
        "schedule": 15.0,
    },
    "remove files that were kept long enough": {
        "task": "surveys.jobs.tasks.remove_old_job_files",
        "schedule": 3600.0,
    },
    "fold new responses into the tallies": {
        "task": "surveys.jobs.tasks.fold_all_tallies",
        "schedule": 60.0,
    },
    "remind invitees who have not finished": {
        "task": "surveys.invitations.tasks.write_reminders_due",
        "schedule": 60.0,
    },
    "write the letters that are due": {
        "task": "validation.mailing.tasks.write_letters_due",
        "schedule": 60.0,
    },
}

# ---------------------------------------------------------------- cache

# Shared by all processes, since limits on sign-in are counted in it.
if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CELERY_BROKER_URL,
            "KEY_PREFIX": "scorecard",
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }

# ---------------------------------------------------------------- safety

SECURE_SSL_REDIRECT = SECURE_TLS
SESSION_COOKIE_SECURE = SECURE_TLS
CSRF_COOKIE_SECURE = SECURE_TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_TLS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if behind_tls_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Limits on sign-in are per address: the visitor's, not the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
# A table of 800 columns is matched on one screen.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Respondents' links carry their token; no other site may learn it from a referrer.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"

# plotly.js sets the style attributes of one empty <style> element it makes.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, EMPTY_STYLE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": log_level},
}
