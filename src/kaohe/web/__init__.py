"""The web application: a door. It signs people in, calls ``periods``, and renders; it computes nothing."""
