"""Commands of the place, run by ``python -m django NAME``."""
