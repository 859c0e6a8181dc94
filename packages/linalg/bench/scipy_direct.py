"""The peers' side of direct.bench.ts on the matrix in the folder: SuperLU by its best column order for the kind of matrix, and CHOLMOD if
scikit-sparse is there and the matrix positive definite; the best of three."""
import json
import sys
import time

import numpy as np
import scipy.sparse
import scipy.sparse.linalg as sla

folder = sys.argv[1]
pointers = np.fromfile(f"{folder}/pointers", dtype=np.int32)
columns = np.fromfile(f"{folder}/columns", dtype=np.int32)
values = np.fromfile(f"{folder}/values", dtype=np.float64)
n = len(pointers) - 1
a = scipy.sparse.csr_matrix((values, columns, pointers), shape=(n, n)).tocsc()
symmetric = abs(a - a.T).nnz == 0
options = (
    dict(permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=dict(SymmetricMode=True))
    if symmetric
    else dict(permc_spec="COLAMD")
)
b = np.ones(n)
many = np.ones((n, 16))


def best(call):
    times = []
    for _ in range(3 if n < 200000 else 1):
        start = time.process_time()
        result = call()
        times.append(time.process_time() - start)
    return result, min(times)


def measured(factored, again, solver, entries):
    factor, seconds = best(factored)
    x, solve = best(lambda: solver(factor, b))
    error = (np.abs(b - a @ x) / (abs(a) @ np.abs(x) + np.abs(b))).max()
    return dict(
        factor=seconds,
        again=best(lambda: again(factor))[1] if again else None,
        solve=solve,
        many=best(lambda: solver(factor, many))[1],
        entries=int(entries(factor)),
        error=error,
    )


peers = dict(
    superlu=measured(
        lambda: sla.splu(a, **options),
        None,
        lambda f, side: f.solve(side),
        lambda f: f.L.nnz if symmetric else f.L.nnz + f.U.nnz - n,
    )
)
try:
    from sksparse.cholmod import cholesky

    if symmetric:
        peers["cholmod"] = measured(
            lambda: cholesky(a), lambda f: f.cholesky_inplace(a), lambda f, side: f(side), lambda f: f.L().nnz
        )
except Exception as problem:
    peers["missing"] = repr(problem)
print(json.dumps(peers))
