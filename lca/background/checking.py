"""Whether the matrix of a database can be inverted, and which activities stand in the way if not."""

from __future__ import annotations

import warnings
from typing import Any

from lca.background.database import Background
from lca.errors import Diagnostic

#: Smallest pivot of a factorisation, relative to the largest, that still is one.
_SMALLEST_PIVOT = 1e-13


def check_matrix(background: Background) -> list[Diagnostic]:
    """A warning where results of some activities cannot be computed: those that need each other in a circle which gives
    nothing, such as a product that takes as much of itself as is made.
    """
    import numpy as np
    from scipy.sparse import csgraph

    matrix = background.technosphere_matrix()
    if _invertible(matrix):
        return []
    count, groups = csgraph.connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(groups, minlength=count)
    named: list[str] = []
    for group in np.argsort(sizes):
        places = np.flatnonzero(groups == group)
        if not _invertible(matrix[places][:, places].tocsc()):
            named += [
                f"{background.activities[place].name} ({background.activities[place].code})" for place in places[:5]
            ]
        if len(named) > 5:
            break
    message = f"the matrix of {background.name} has no inverse, because of {'; '.join(named[:5]) or 'rounding'}"
    return [Diagnostic("REE-B013", message + ("; ..." if len(named) > 5 else ""))]


def _invertible(matrix: Any) -> bool:
    import numpy as np
    from scipy.sparse.linalg import splu

    if matrix.shape == (1, 1):
        return bool(abs(matrix.toarray()[0, 0]) > 0)
    scale = np.abs(matrix).max(axis=0).toarray().ravel()
    if not np.all(scale > 0):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pivots = np.abs(splu((matrix / scale[np.newaxis, :]).tocsc()).U.diagonal())
    except RuntimeError:  # SuperLU: exactly singular
        return False
    return bool(pivots.min() > _SMALLEST_PIVOT * pivots.max())
