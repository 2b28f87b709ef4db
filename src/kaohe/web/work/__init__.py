"""What jobs do, a module for each family of kinds; importing this package makes all of them known."""

from importlib import import_module
from pkgutil import iter_modules

for _found in iter_modules(__path__, f"{__name__}."):
    import_module(_found.name)
