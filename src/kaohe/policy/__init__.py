"""The scheme as data: its language, loader, checker and plain sentences."""
