"""Settings of the test runs: TEST_DB=postgres or sqlite, everything else in a folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent

if "TEST_VAR_DIR" not in os.environ:  # the first process; workers of xdist share its folder
    os.environ["TEST_VAR_DIR"] = folder = tempfile.mkdtemp(prefix="tongchou-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
if os.environ.get("TEST_DB", "sqlite") == "postgres":
    os.environ["DATABASE_URL"] = services.postgres_url()
else:
    os.environ["DATABASE_URL"] = f"sqlite:///{os.environ['TEST_VAR_DIR']}/db.sqlite3"
os.environ["VAR_DIR"] = os.environ["TEST_VAR_DIR"]
os.environ.setdefault("MODEL_DIR", str(ROOT / "var" / "model"))
os.environ["READ_DOT_ENV"] = "0"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright owns an event loop in the test's thread
for name in ("SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL", "DEBUG", "HTTPS"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASE, LOGGING, STORAGES, VAR  # noqa: E402

if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["TEST"] = {"NAME": str(VAR / "test.sqlite3")}  # a file: worker processes must see it
INDEX_DIR = VAR / "index" / os.environ.get("PYTEST_XDIST_WORKER", "alone")  # each has a database of its own
DATABASE["CONN_MAX_AGE"] = 0  # no thread of a live server keeps a connection to a database that must go
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
LANGUAGE_CODE = "en"  # tests quote the sentences of the source; browsers ask for Chinese by themselves
LOGGING["handlers"]["stderr"] = {"class": "logging.NullHandler"}  # pytest shows what was logged
