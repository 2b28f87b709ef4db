"""The command line: it translates, calls, and renders."""
