"""Figures and reasons in words: the sentence, what else could have been, what it is worth."""
