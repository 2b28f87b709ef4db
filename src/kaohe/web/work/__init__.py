"""What jobs do; importing this package makes every kind of job known."""

from kaohe.web.work import appraising, closing

__all__ = ["appraising", "closing"]
