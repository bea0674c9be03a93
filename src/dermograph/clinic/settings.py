"""Settings of the site. Everything that differs between installations comes from the environment or the data folder."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from dermograph.clinic.folder import DataFolder

DATA = DataFolder(Path(os.environ.get("DERMOGRAPH_DATA", "data")))
DEBUG = False
SECRET_KEY = DATA.secret_key()
_HOSTS = os.environ.get("DERMOGRAPH_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ALLOWED_HOSTS = [host.strip() for host in _HOSTS if host.strip()]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith("[")]
# Behind a proxy that speaks TLS; on the clinic's own machine cookies must also travel over plain loopback.
BEHIND_TLS = os.environ.get("DERMOGRAPH_TLS") == "1"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # s, from the sign-in on
SESSION_IDLE_SECONDS = 60 * int(os.environ.get("DERMOGRAPH_IDLE_MINUTES", "60"))
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "dermograph.clinic.look",  # before allauth, whose own pages would win otherwise
    "dermograph.clinic.accounts",  # the same
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "dermograph.clinic.vault",
    "dermograph.clinic.audit",
    "dermograph.clinic.people",
    "dermograph.clinic.ledger",
    "dermograph.clinic.intake",
    "dermograph.clinic.agenda",
    "dermograph.clinic.gallery",
    "dermograph.clinic.scalp",
    "dermograph.clinic.treatment",
    "dermograph.clinic.overview",
    "dermograph.clinic.rights",
    "dermograph.clinic.imaging",
    "dermograph.clinic.research",
    "dermograph.clinic.printed",
    "dermograph.clinic.reminders",
    "dermograph.clinic.calendars",
    "dermograph.clinic.api",
    "dermograph.clinic.smart",
    "dermograph.clinic.website",
    "dermograph.clinic.portal",
    "dermograph.clinic.handover",
    "dermograph.clinic.fhir",
    "dermograph.clinic.cds",
    "dermograph.clinic.scale",
]
MIDDLEWARE = [
    "dermograph.clinic.charset.OnlyUtf8",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dermograph.clinic.accounts.middleware.SafeSessions",
    "dermograph.clinic.middleware.ClinicMiddleware",
    "dermograph.clinic.middleware.ErrorsForPeople",
    "axes.middleware.AxesMiddleware",
]
CSRF_FAILURE_VIEW = "dermograph.clinic.look.failures.csrf_failed"
ROOT_URLCONF = "dermograph.clinic.urls"
WSGI_APPLICATION = "dermograph.clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dermograph.clinic.look.context.look",
            ],
            "builtins": ["dermograph.clinic.look.templatetags.look", "django.templatetags.static"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA.path / 'clinic.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,  # else each thread's first page after a restart of PostgreSQL is an error
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: two writers wait for each other. With the default, the later one fails with "database is locked".
    # FULL: what was signed is on the disk before the page says so.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    # Counts of attempts, and codes that were used: several machines share them. On SQLite each process has its own.
    CACHES = {"default": {"BACKEND": "dermograph.clinic.scale.shared_cache.SharedCache", "LOCATION": "shared_cache"}}
    if find_spec("procrastinate") is not None:
        INSTALLED_APPS.append("procrastinate.contrib.django")  # for its tables
        PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None  # our modules of that name are no tasks of its
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "dermograph.clinic.people.sign_in.WithPlaces",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "dermograph.clinic.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "dermograph.clinic.accounts.passwords.NotCommon"},
    {"NAME": "dermograph.clinic.accounts.passwords.NotOnlyOneself"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "dermograph.clinic.accounts.adapters.Accounts"
ACCOUNT_FORMS = {"change_password": "dermograph.clinic.accounts.forms.ChangePassword"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
# axes locks the account; allauth's own limit would answer 200 and hide it.
ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0  # else everybody shares the limits of the proxy's address
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# "optional" lets staff work with a password alone, and is warned of; "demonstration" is the same for made-up people.
SECOND_FACTOR = os.environ.get("DERMOGRAPH_SECOND_FACTOR", "required")
STAFF_SECOND_FACTOR = SECOND_FACTOR not in ("optional", "demonstration")
MFA_ADAPTER = "dermograph.clinic.accounts.adapters.Factors"
# Nobody signs up by themselves, so no address has to be proved; the link of an invitation leaves it unproved.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Dermograph"
MFA_TOTP_TOLERANCE = 1  # half minutes that a telephone's clock may be wrong by
MFA_FORMS = {
    "authenticate": "dermograph.clinic.accounts.forms.Authenticate",
    "reauthenticate": "dermograph.clinic.accounts.forms.Reauthenticate",
    "activate_totp": "dermograph.clinic.accounts.forms.ActivateApp",
    "authenticate_webauthn": "dermograph.clinic.accounts.forms.AuthenticateKey",
    "reauthenticate_webauthn": "dermograph.clinic.accounts.forms.ReauthenticateKey",
    "login_webauthn": "dermograph.clinic.accounts.forms.SignInKey",
    "add_webauthn": "dermograph.clinic.accounts.forms.AddKey",
    "edit_webauthn": "dermograph.clinic.accounts.forms.RenameKey",
}
AXES_LOCKOUT_PARAMETERS = ["username"]  # the default, the address alone, lets one account be tried from many
AXES_USERNAME_CALLABLE = "dermograph.clinic.people.sign_in.who_tries"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else a try every quarter of an hour locks for ever
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # locks the account, whatever the address: that is meant
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "credential"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"  # pages show the clinic's own time zone
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = DATA.path / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA.files()}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MASTER_KEY = DATA.master_key()
PATIENT_KEYS = DATA.patient_keys()
LARGEST_PHOTOGRAPH_MB = 60
# Of each clinic, "slug=address, slug=address": where photographs are archived, and what a web archive asks for.
ARCHIVES = os.environ.get("DERMOGRAPH_ARCHIVE", "")
ARCHIVE_KEYS = os.environ.get("DERMOGRAPH_ARCHIVE_KEY", "")
API_REQUESTS_A_MINUTE = 600  # of one token, over all processes
API_WRONG_TOKENS_A_MINUTE = 20  # of one address, in one process
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_TEMP_DIR = DATA.uploads()
FILE_UPLOAD_HANDLERS = [
    "dermograph.clinic.vault.limits.LimitedUpload",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=()"
EMAIL_BACKEND = os.environ.get("DERMOGRAPH_EMAIL_BACKEND", "dermograph.clinic.overview.no_mail.NoMail")
EMAIL_HOST = os.environ.get("DERMOGRAPH_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("DERMOGRAPH_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("DERMOGRAPH_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DERMOGRAPH_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("DERMOGRAPH_EMAIL_TLS", "1") == "1"
EMAIL_TIMEOUT = 20  # s
DEFAULT_FROM_EMAIL = os.environ.get("DERMOGRAPH_EMAIL_FROM", "reminders@localhost")
PUBLIC_ADDRESS = os.environ.get("DERMOGRAPH_PUBLIC_ADDRESS", "")  # of links in messages; empty: as the clinic chose
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "dermograph": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "axes": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
