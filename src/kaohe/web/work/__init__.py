"""What jobs do; importing this package makes every kind of job known."""

from kaohe.web.work import appraising

__all__ = ["appraising"]
