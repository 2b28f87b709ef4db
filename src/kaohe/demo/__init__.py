"""The demo shop: a plausible desk, plainly made up, written as the files that platforms export.

``shop.write_shop`` makes the shop that a visitor sees; ``bulk.write_records`` makes
records of any size for benchmarks.
"""
