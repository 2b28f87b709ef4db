"""Django's settings. What differs from place to place comes from the environment, secrets too.

| variable | what |
|---|---|
| ``KAOHE_DATA`` | the folder with the desks' stores, books and uploads |
| ``KAOHE_SECRET_KEY`` | what sessions and tokens are signed with |
| ``KAOHE_DATABASE`` | ``postgres://user:password@host/name``; without it SQLite in the data folder |
| ``KAOHE_HOSTS`` | the names under which it is reached, with commas between; usually ``localhost`` |
| ``KAOHE_HTTPS`` | ``off`` where it is reached without TLS, which only a loopback address should be |
| ``KAOHE_OIDC_ISSUER``, ``…_CLIENT``, ``…_SECRET``, ``…_NAME`` | a sign-in service by OpenID Connect |
| ``KAOHE_OIDC_MAIL`` | ``trusted`` where its addresses count although it never says ``email_verified`` |
| ``KAOHE_MAIL`` | ``smtp://user:password@host:587`` for mails; without it they go to the log |
| ``KAOHE_DEMO`` | ``on``: the sign-in page names the demo's accounts |
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

HERE = Path(__file__).parent


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set; kaohe.web.settings says what it is for")
    return value


DATA = Path(_needed("KAOHE_DATA")).resolve()
SECRET_KEY = _needed("KAOHE_SECRET_KEY")
DEBUG = False
DEMO = os.environ.get("KAOHE_DEMO") == "on"
ALLOWED_HOSTS = os.environ.get("KAOHE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("KAOHE_HTTPS", "on") != "off"
CSRF_TRUSTED_ORIGINS = [f"{'https' if HTTPS else 'http'}://{host}" for host in ALLOWED_HOSTS if host != "*"]

ROOT_URLCONF = "kaohe.web.urls"
WSGI_APPLICATION = "kaohe.web.wsgi.application"
INSTALLED_APPS = [
    "kaohe.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_q",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kaohe.web.speaking.LanguageMiddleware",
    "kaohe.web.limiting.SizeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["kaohe.web.templatetags.kaohe_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kaohe.web.surroundings.surroundings",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("KAOHE_DATABASE", "") or f"sqlite:///{DATA / 'kaohe.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers wait for each other instead of failing: with the defaults, four writers at once
    # met a locked database two times in three.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "web.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "kaohe.web.signing_in.Accounts"
SOCIALACCOUNT_ADAPTER = "kaohe.web.signing_in.OutsideAccounts"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator makes accounts; nobody signs up
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # axes counts failed sign-ins
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail from a place where they have no account
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "kaohe"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
OIDC_ISSUER = os.environ.get("KAOHE_OIDC_ISSUER", "")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": os.environ.get("KAOHE_OIDC_NAME", "OpenID Connect"),
                "client_id": _needed("KAOHE_OIDC_CLIENT"),
                "secret": _needed("KAOHE_OIDC_SECRET"),
                "settings": {
                    "server_url": OIDC_ISSUER,
                    "verified_email": os.environ.get("KAOHE_OIDC_MAIL") == "trusted",
                },
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_LOGIN_ON_GET = False
_issuer = urlsplit(OIDC_ISSUER)

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A browser asks this of where a form leads to in the end: to the sign-in service, for its button.
        "form-action": [SELF, *([f"{_issuer.scheme}://{_issuer.netloc}"] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a rating form of a large desk
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_BYTES = 512 * 1024 * 1024
"""Of files that are handed in at once."""
BODY_BYTES = 8 * 1024 * 1024
"""Of what is sent to a page that takes no files."""

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hant", "繁體中文"), ("zh-hans", "简体中文"), ("en", "English")]

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # the files lie in the package: there is no step that gathers them
WHITENOISE_MAX_AGE = 86_400

RETRY_SECONDS = 60
Q_CLUSTER = {
    "name": "kaohe",
    "orm": "default",
    "workers": int(os.environ.get("KAOHE_WORKERS", "1")),
    "retry": RETRY_SECONDS,  # seconds after the last sign of life until a job is begun again: ``beating``
    "timeout": 50,  # must be less than that; ``jobs.ask`` gives every job as long as it takes
    "max_attempts": 5,
    "ack_failures": True,
    "poll": 0.5,
    "catch_up": False,
    "label": "kaohe",
    "log_level": "WARNING",
}

_mail = urlsplit(os.environ.get("KAOHE_MAIL", ""))
SENDS_MAIL = bool(_mail.scheme)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.scheme else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
EMAIL_USE_TLS = _mail.scheme == "smtp"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"kaohe": {"level": "INFO"}},
}
