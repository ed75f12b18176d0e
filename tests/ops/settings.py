"""Settings of the processes that tests start: as in production, with the tests' tasks and short leases."""

import os

from config.settings import *  # noqa: F403
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS

CELERY_IMPORTS = ["tests.ops.tasks", *(["tests.ops.screening"] if "TEST_SCREENING" in os.environ else [])]
CELERY_BROKER_TRANSPORT_OPTIONS["lease"] = CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] = int(
    os.environ.get("TEST_LEASE", "60")
)
