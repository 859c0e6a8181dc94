"""Peers for `linalg/sparse-product`: SciPy's compressed rows (C++, one thread).

Instance: matrices `a` and `b` with `rows`, `cols`, `rowPointers`, `columnIndices` and `values`. Solution: `matrix`, the
same. No options. SciPy leaves the columns of a row in any order; the second peer sorts them, as our solvers do.
"""

import numpy as np
import scipy.sparse

from . import Peer, Result

PROBLEM = "linalg/sparse-product"


def read(matrix):
    parts = (matrix["values"], matrix["columnIndices"], matrix["rowPointers"])
    read = scipy.sparse.csr_matrix(parts, shape=(matrix["rows"], matrix["cols"]))
    read.has_canonical_format = True
    return read


def product(is_sorted):
    def solve(instance, options, clock):
        a, b = read(instance["a"]), read(instance["b"])
        with clock:
            c = a @ b
            if is_sorted:
                c.sort_indices()
        rows, cols = c.shape
        matrix = {
            "rows": rows,
            "cols": cols,
            "rowPointers": c.indptr.astype(np.int32),
            "columnIndices": c.indices.astype(np.int32),
            "values": c.data,
        }
        return Result({"matrix": matrix}, "converged", "all rows of the product are done")

    return solve


SOLVERS = {
    "scipy/sparse-product": Peer("SciPy: A @ B", PROBLEM, "scipy", product(False)),
    "scipy/sparse-product-sorted": Peer("SciPy: A @ B, sorted", PROBLEM, "scipy", product(True)),
}
