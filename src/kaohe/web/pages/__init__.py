"""The pages, a file for each room of them: its addresses, and the functions that answer."""
