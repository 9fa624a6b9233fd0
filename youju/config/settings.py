"""Settings, read once through small typed readers that name the variable when they refuse it.

YOUJU_DATA     folder of the database, evidence and keys; default: var/ in the project's root
DATABASE_URL   postgres://… for PostgreSQL; default: SQLite in YOUJU_DATA
YOUJU_LOCAL    folder of the town's own catalog files; default: catalog/ in YOUJU_DATA
YOUJU_HOSTS    names under which the pages are reached, separated by commas; default: this machine only
YOUJU_HTTPS    1 when the pages are served over https (by a proxy in front): cookies and redirects insist on it
YOUJU_PROXIES  how many proxies of ours stand in front: whose word on the visitor's address is taken; default: none
YOUJU_HOST     主办单位 as the pages show it; default: the topmost unit of the ledger
YOUJU_SECOND_FACTOR  who must have a one-time code: administrators (default) or everybody
SECRET_KEY     signs sessions and seals MFA secrets; default: a file in YOUJU_DATA, made at first use
SECRET_KEY_BEFORE  earlier keys, separated by commas, that still open what they sealed while SECRET_KEY is being changed
DEBUG          1 shows errors in the browser; never where others can reach it
"""

from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject
from environs import Env, validate

from youju.config.logs import configuration
from youju.config.secret import secret_in
from youju.core.grant import ADMINISTRATORS, MAY
from youju.specs.parameters import numbers_on

env = Env()
ROOT = Path(__file__).resolve().parents[2]

DATA_DIR = Path(env.str("YOUJU_DATA", str(ROOT / "var"))).resolve()
LOCAL_CATALOG = Path(env.str("YOUJU_LOCAL", str(DATA_DIR / "catalog"))).resolve()
SHIPPED_CATALOG = ROOT / "catalog"
EVIDENCE_DIR = DATA_DIR / "evidence"
KEY_FILE = DATA_DIR / "personal.key"
DEBUG = env.bool("DEBUG", False)
_number = numbers_on(
    [SHIPPED_CATALOG, LOCAL_CATALOG],
    date.today(),  # noqa: DTZ011 - start-up
)

# --- database ---------------------------------------------------------------------------------------------

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA_DIR / "youju.sqlite3"),
    # Read-then-write transactions fail under load unless they lock at once; WAL with FULL loses no acknowledged
    # write to power loss; recursive triggers make INSERT OR REPLACE fire the triggers that refuse deletes.
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
        ),
    },
    # A page that only reads must never open a transaction: with IMMEDIATE it would wait for every writer.
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": None,
}
_url = env.str("DATABASE_URL", "", validate=validate.Length(max=2000))
if _url:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        # Whatever the server's default: what was acknowledged must last.
        _options = DATABASES["default"].setdefault("OPTIONS", {})
        _options["options"] = f"{_options.get('options', '')} -c synchronous_commit=on".strip()
else:
    DATABASES = {"default": SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- application ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "youju.store",
    "youju.web",
    "django.contrib.contenttypes",  # allauth imports the models of auth, which import these
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
# Jobs are queued in the same database, in the transaction of the change that asks for them.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MIDDLEWARE = [
    "youju.web.protecting.ProtectingMiddleware",
    "csp.middleware.CSPMiddleware",  # outside of the two that answer by themselves
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "youju.web.asking.AskingMiddleware",
]
ROOT_URLCONF = "youju.config.urls"
WSGI_APPLICATION = "youju.config.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "youju" / "web"],  # templates lie beside their views: pages/<noun>/<page>.html
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "youju.web.frame.frame",
            ],
            "builtins": ["django.templatetags.static", "youju.web.components.tags"],
            "string_if_invalid": "",
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "youju" / "web" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# Served from where they lie, so a fresh checkout needs no step before; every address carries a digest of the content.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "youju.web.assets.StampedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_ALLOW_ALL_ORIGINS = False  # fonts and scripts are for our own pages
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_FILES_PER_DAY = _number("upload-files-per-day")
UPLOAD_MEGABYTES_PER_DAY = _number("upload-megabytes-per-day")
FILE_UPLOAD_HANDLERS = [
    "youju.web.uploading.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"

# --- protection -------------------------------------------------------------------------------------------

HTTPS = env.bool("YOUJU_HTTPS", False)
PROXIES = env.int("YOUJU_PROXIES", 0)
HOST_NAME = env.str("YOUJU_HOST", "")
DEMO_CLOCK = env.str("YOUJU_DEMO_CLOCK", "")  # the instant at which a demo town's pages begin to live
ALLOWED_HOSTS = env.list("YOUJU_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# Lazy: checks and type checking read these settings and must leave no file behind.
SECRET_KEY = env.str("SECRET_KEY", "") or cast(
    "str", SimpleLazyObject(partial(secret_in, DATA_DIR / "secret.key"))
)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_BEFORE", [])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A browser takes a cookie of this prefix only over https, from this very host, for the whole of it.
_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_PREFIX}youju", f"{_PREFIX}csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # A program that calls without TLS has sent its token in the open: it is refused (api/asking), not led on silently.
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^api/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS if name != "*"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "youju.web.errors.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],  # a photo shown before it is sent
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- log-in -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "store.Login"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["account"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": _number("login-password-length")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "youju.actions.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "youju.store.sessions"
SESSION_COOKIE_AGE = 60 * _number("login-idle-minutes")
SESSION_LONGEST_SECONDS = 3600 * _number("login-longest-hours")
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ACCOUNT_ADAPTER = "youju.web.signing_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "account"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody can sign up; allauth asks what they would need
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "youju.web.pages.sessions.forms.LoginForm",
    "reauthenticate": "youju.web.pages.sessions.forms.ReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": f"{_number('login-address-attempts')}/m/ip",
    "complaint": f"{_number('complaints-per-hour')}/h/ip",
    "change_password": f"{_number('login-attempts')}/{_number('login-lock-minutes')}m/user",
    "reauthenticate": f"{_number('login-attempts')}/{_number('login-lock-minutes')}m/user",
    "costly": f"{_number('costly-per-minute')}/m/user",
    "login_failed": (
        f"{_number('login-address-attempts')}/m/ip,"
        f"{_number('login-attempts')}/{_number('login-lock-minutes')}m/key"
    ),
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_ADAPTER = "youju.web.signing_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "有据"
MFA_FORMS = {
    "authenticate": "youju.web.pages.sessions.forms.SecondFactorForm",
    "reauthenticate": "youju.web.pages.sessions.forms.SecondFactorAgainForm",
    "activate_totp": "youju.web.pages.sessions.forms.ActivateForm",
}
# Who holds one of these roles may do nothing before a second factor is set up.
_asked = env.str(
    "YOUJU_SECOND_FACTOR", "administrators", validate=validate.OneOf(("administrators", "everybody"))
)
SECOND_FACTOR_ROLES = frozenset(MAY) if _asked == "everybody" else ADMINISTRATORS

# --- logs -------------------------------------------------------------------------------------------------

LOGGING = configuration(DATA_DIR / "log", _number("log-days"))
