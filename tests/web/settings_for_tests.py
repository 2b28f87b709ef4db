"""The application's own settings, in surroundings made for tests."""

import os
import tempfile

os.environ.setdefault("KAOHE_DATA", tempfile.mkdtemp(prefix="kaohe-web-tests-"))
os.environ.setdefault("KAOHE_SECRET_KEY", "only-for-tests")
os.environ.setdefault("KAOHE_HTTPS", "off")
os.environ.setdefault("KAOHE_DEMO", "on")

from kaohe.web.settings import *  # noqa: F403 - the environment must be there first

PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{one}PasswordHasher"
    for one in ("MD5", "PBKDF2")  # the second reads what the demo's own place has
]
"""Tests sign in by the hundred; how slow a hash is, is Django's own affair."""
Q_CLUSTER = {**Q_CLUSTER, "sync": True}  # noqa: F405
"""A job that a page asks for is done at once; tests of the worker itself start a real one."""
