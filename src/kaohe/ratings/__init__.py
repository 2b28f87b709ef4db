"""Scores by people: rating rounds on paper that comes back, and conversations drawn and reviewed."""
