"""Names of the files that go out: safe on every system, telling to people."""

import re

UNSAFE = re.compile(r"[^\w.-]+")


def file_name(round_name: str, name: str, person: str) -> str:
    """Return the name of a person's workbook: ``2026-10-assessment-秦嵐-p07.xlsx``.

    The id stands behind the name, for two people may be called alike.
    """
    parts = [round_name.replace("/", "-"), name] + ([person] if person != name else [])
    return "-".join(UNSAFE.sub("_", part).strip("_.") or "_" for part in parts) + ".xlsx"
