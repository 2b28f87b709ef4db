"""The demo shop: a plausible desk, plainly made up, written as the files that platforms export."""
