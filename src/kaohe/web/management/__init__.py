"""Commands of the place."""
