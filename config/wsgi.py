"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A page that waits longer has lost its reader; commands and workers may take their time.
os.environ.setdefault("STATEMENT_TIMEOUT", "5")
application = get_wsgi_application()
