"""What a SPEC file has of a run, and what it must have."""

from callbacks.spec_block import spec_pieces
from callbacks.spec_format import one_line
from callbacks.spec_rebuild import KnownPlaces


def has_run(path, uid, points):
    """Tell whether a SPEC file, or one beside it, has a run, ended, with so many rows."""
    files = [path, *sorted(path.parent.glob(f"{path.stem}_*{path.suffix}"))]
    found = [KnownPlaces().of(file).get(one_line(uid)) for file in files]
    place = next((each for each in found if each is not None), None)
    return place is not None and place.is_ended and place.is_closed and place.rows == points


def spec_block(documents, number=None, epoch=None):
    """Give the whole block of one run."""
    return "".join(spec_pieces(documents, number, epoch))
