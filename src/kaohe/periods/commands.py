"""Commands as a cure or an answer names them: whole, and quoted as a shell needs it."""

import shlex

STORE, POLICY, NAME, REASON, DAY, TEXT = "STORE", "POLICY", "NAME", "REASON", "DAY", "TEXT"
"""What stands where only who reads the command knows the word."""


def command(name: str, *arguments: object, **options: object) -> str:
    """Return a command of kaohe; ``as_of=day`` is written ``--as-of DAY``.

    Args:
        name: The command's name, such as ``period correct``.
        arguments: What follows it without an option.
        options: Its options; a list writes one for each of its values, None none.
    """
    words = ["kaohe", *name.split(), *map(str, arguments)]
    for key, value in options.items():
        given = value if isinstance(value, list | tuple) else [] if value is None else [value]
        words += (word for one in given for word in (f"--{key.replace('_', '-')}", str(one)))
    return shlex.join(words)


def is_said(text: str) -> bool:
    """Return whether somebody has written something: more than blanks or the word that stood for it."""
    return text.strip() not in ("", NAME, REASON, TEXT)
