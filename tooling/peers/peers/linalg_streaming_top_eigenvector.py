"""Peers for `linalg/streaming-top-eigenvector`: SciPy's svds, which has all rows at once.

Instance: the matrix `rows`, dense or with `rows`, `cols`, `rowPointers`, `columnIndices` and `values`. Solution:
`vector`, of norm one, and `eigenvalue`. No options.
"""

import numpy as np
import scipy.sparse.linalg

from . import Peer, Result
from .linalg_linear_system import read

PROBLEM = "linalg/streaming-top-eigenvector"


def answer(vector, eigenvalue, reason):
    vector = np.asarray(vector, dtype=float).ravel()
    if vector[np.argmax(np.abs(vector))] < 0:
        vector = -vector
    return Result({"vector": vector, "eigenvalue": float(eigenvalue)}, "converged", reason)


def svds(instance, options, clock):
    rows = read(instance["rows"])
    with clock:
        _, values, vectors = scipy.sparse.linalg.svds(rows, k=1, random_state=0)
    return answer(vectors[0], values[0] ** 2, "ARPACK, to the last digits")


SOLVERS = {"scipy/svds": Peer("SciPy: svds", PROBLEM, "scipy", svds)}
