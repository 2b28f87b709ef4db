"""What jobs do; importing this package makes every kind of job known."""

from kaohe.web.work import appraising, closing, handing_in, papers, policies

__all__ = ["appraising", "closing", "handing_in", "papers", "policies"]
