"""GraphBLAS of SuiteSparse on `linalg/sparse-product`: see linalg_sparse_product.py. One thread; rows of the product sorted."""

import graphblas
import numpy as np

from . import Peer, Result
from .linalg_sparse_product import PROBLEM, read

graphblas.ss.config["nthreads"] = 1


def product(instance, options, clock):
    a, b = (graphblas.io.from_scipy_sparse(read(instance[name])) for name in "ab")
    with clock:
        c = a.mxm(b).new()
        c.wait("materialize")
    parts = c.ss.export(format="csr", sort=True)
    matrix = {
        "rows": c.nrows,
        "cols": c.ncols,
        "rowPointers": parts["indptr"].astype(np.int32),
        "columnIndices": parts["col_indices"].astype(np.int32),
        "values": np.broadcast_to(parts["values"], parts["col_indices"].shape).astype(float),
    }
    return Result({"matrix": matrix}, "converged", "all rows of the product are done")


SOLVERS = {"graphblas/mxm": Peer("GraphBLAS: mxm", PROBLEM, "python-graphblas", product)}
