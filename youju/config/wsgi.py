"""The WSGI application that `youju serve` starts."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")
application = get_wsgi_application()
