"""What a web server of Python's kind calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.web.settings")
application = get_wsgi_application()
# A page reads large plain data and lets go of it at once, without cycles: with the usual
# thresholds looking for cycles took as long as the page.
gc.set_threshold(50_000, 20, 50)
