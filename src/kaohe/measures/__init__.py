"""Records become receptions, credited orders and daily measures."""
