"""The shared words: texts, problems, numbers, periods, figures and their reasons."""
