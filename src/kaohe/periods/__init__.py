"""The life of an appraisal period, and the runs that doors ask for."""
