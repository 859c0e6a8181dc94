"""SciPy's side of direct.bench.ts: SuperLU on the matrix in the folder, by its best column order for the kind of matrix."""
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
start = time.process_time()
lu = sla.splu(a, **options)
factor = time.process_time() - start
start = time.process_time()
x = lu.solve(b)
solve = time.process_time() - start
error = (np.abs(b - a @ x) / (abs(a) @ np.abs(x) + np.abs(b))).max()
entries = lu.L.nnz if symmetric else lu.L.nnz + lu.U.nnz - n
print(json.dumps(dict(factor=factor, solve=solve, entries=entries, error=error)))
