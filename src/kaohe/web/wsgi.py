"""What a web server of Python's kind calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.web.settings")
application = get_wsgi_application()
