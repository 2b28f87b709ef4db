"""Policy and measures become figures with their reasons; exact and pure."""
