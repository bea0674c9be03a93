"""The site's settings for tests: a data folder of their own, quick passwords; DATABASE_URL may name PostgreSQL."""

import os
import tempfile

os.environ.setdefault("DERMOGRAPH_DATA", tempfile.mkdtemp(prefix="dermograph-tests-"))

from dermograph.clinic.settings import *  # noqa: F403 (settings that extend others)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STAFF_SECOND_FACTOR = False  # tests of other parts sign in with a password
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": STORAGES["default"],  # noqa: F405 (settings that extend others)
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 (whitenoise warns of a folder that is not there)
