"""What can be wrong with what is handed to the place itself (letter W)."""

from kaohe.core.language import Text
from kaohe.core.problem import Kind

PLACE_NOT_EMPTY = Kind(
    "W101",
    Text("This place has accounts or desks already."),
    cure=Text("Restore into a new data folder with an empty database; nothing here was changed."),
)
NO_BACKUP = Kind(
    "W102",
    Text("This is no back-up of a place."),
    expected=Text("a file that the back-up of a place wrote"),
    cure=Text("Choose the file again; if it was copied, copy it whole."),
)
BACKUP_CHANGED = Kind(
    "W103",
    Text("{name} is not what it was when the back-up was made."),
    cure=Text("Take another copy of the back-up; nothing was restored."),
)
