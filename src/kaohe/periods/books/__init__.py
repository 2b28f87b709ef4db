"""The books: closed periods, kept for good, verified, corrected, carried into the next payslip."""
