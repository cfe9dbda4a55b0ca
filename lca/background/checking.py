"""Whether the matrix of a database can be inverted, and which activities stand in the way if not."""

from __future__ import annotations

import warnings
from typing import Any

from lca.background.database import Background
from lca.errors import Diagnostic

#: Smallest pivot of a block whose rows and columns are scaled to 1, relative to the largest, that still is one.
_SMALLEST_PIVOT = 1e-14

_NAMED = 5


def check_matrix(background: Background) -> list[Diagnostic]:
    """A warning where results of some activities cannot be computed: those that make nothing in the end, alone or
    together, such as two that take from each other all that they make.

    Activities that need each other, directly or not, are a block; a matrix has an inverse if all its blocks have.
    """
    import numpy as np
    from scipy.sparse import csgraph

    matrix = background.technosphere_matrix()
    matrix.eliminate_zeros()
    count, groups = csgraph.connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(groups, minlength=count)
    empty = (matrix.diagonal() == 0) & (sizes[groups] == 1)
    found = [[int(place)] for place in np.flatnonzero(empty)]
    for group in np.flatnonzero(sizes > 1):
        places = np.flatnonzero(groups == group)
        if not _invertible(matrix[places][:, places]):
            found.append(places.tolist())
    if not found:
        return []
    named = [f"{made.name} ({made.code})" for block in found for made in (background.activities[p] for p in block)]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    message = (
        f"the matrix of {background.name} has no inverse: {'; '.join(named[:_NAMED])}{more} make nothing in the end"
    )
    return [Diagnostic("REE-B013", message)]


def _invertible(block: Any) -> bool:
    import numpy as np
    from scipy import sparse
    from scipy.sparse.linalg import splu

    for axis in (1, 0, 1, 0):
        largest = np.abs(block).max(axis=axis).toarray().ravel()
        if not np.all(largest > 0):
            return False
        scale = sparse.diags_array(1 / largest)
        block = scale @ block if axis == 1 else block @ scale
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pivots = np.abs(splu(block.tocsc()).U.diagonal())
    except RuntimeError:  # SuperLU: exactly singular
        return False
    return bool(pivots.min() > _SMALLEST_PIVOT * pivots.max())
