"""Figures become what people read."""
