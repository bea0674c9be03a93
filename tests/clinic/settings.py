"""The site's settings for tests: a data folder of their own, quick passwords; DATABASE_URL may name PostgreSQL."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DERMOGRAPH_DATA", tempfile.mkdtemp(prefix="dermograph-tests-"))
_folder = Path(os.environ["DERMOGRAPH_DATA"])
if (_worker := os.environ.get("PYTEST_XDIST_WORKER", _folder.name)) != _folder.name:
    # Workers inherit the first process's folder: each one's files are its own.
    _folder /= _worker
    _folder.mkdir(exist_ok=True)
    os.environ["DERMOGRAPH_DATA"] = str(_folder)

from dermograph.clinic.settings import *  # noqa: E402, F403 (settings that extend others, which read the folder)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STAFF_SECOND_FACTOR = False  # tests of other parts sign in with a password
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # cleared without a database
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": STORAGES["default"],  # noqa: F405 (settings that extend others)
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 (whitenoise warns of a folder that is not there)
