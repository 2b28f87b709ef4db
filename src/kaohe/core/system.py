"""What the operating system refuses, in our words; its own words stand behind in brackets."""

import errno
from collections.abc import Mapping

from kaohe.core.language import Text

READ_ONLY = Text("what it lies on can only be read")
NO_ROOM = Text("the disk is full")
REFUSALS: Mapping[int, Text] = {
    errno.ENOENT: Text("there is no such file or folder"),
    errno.EACCES: Text("you may not do that here"),
    errno.EPERM: Text("you may not do that here"),
    errno.EISDIR: Text("it is a folder, not a file"),
    errno.ENOTDIR: Text("a part of the path is a file, not a folder"),
    errno.EEXIST: Text("it is there already"),
    errno.ENOTEMPTY: Text("the folder is not empty"),
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: Text("your share of the disk is used up"),
    errno.EFBIG: Text("the file would be too large for this disk"),
    errno.EROFS: READ_ONLY,
    errno.ENAMETOOLONG: Text("the name is too long"),
    errno.ELOOP: Text("the link leads round in a circle"),
    errno.EMFILE: Text("too many files are open"),
    errno.ENFILE: Text("too many files are open"),
    errno.EBUSY: Text("another program holds it"),
    errno.ETXTBSY: Text("another program holds it"),
    errno.EIO: Text("the disk or the network failed"),
    errno.ESTALE: Text("the disk or the network failed"),
    errno.EINVAL: Text("the name cannot be a file's here"),
}
"""The number of the usual refusals → what it means for who asked."""
BOTH = Text("{reason} ({system})")


def refusal(error: OSError) -> Text | str:
    """Return why the system refused something; an unusual refusal in the system's words alone."""
    system = error.strerror or str(error)
    known = REFUSALS.get(error.errno or 0)
    return system if known is None else BOTH.filled(reason=known, system=system)
