"""NumPy's and SciPy's side of dense.bench.ts: processor seconds of each [operation, size] of the JSON list in the first argument."""
import json
import sys
import time

import numpy as np
import scipy.linalg


def operation(name, n):
    random = np.random.default_rng(1)
    a, b = random.standard_normal((n, n)), random.standard_normal((n, n))
    if name == "matmul":
        return lambda: a @ b
    if name == "cholesky":
        definite = a.T @ a + n * np.eye(n)
        return lambda: np.linalg.cholesky(definite)
    if name == "solve":
        right = random.standard_normal(n)
        return lambda: np.linalg.solve(a, right)
    if name == "lu":
        return lambda: scipy.linalg.lu_factor(a)
    if name == "qr":
        return lambda: np.linalg.qr(a)
    if name == "least squares":
        # LAPACK's gels: QR and substitution, as ours; numpy.linalg.lstsq would take an SVD.
        (gels,) = scipy.linalg.get_lapack_funcs(("gels",), (a,))
        right = random.standard_normal(n)
        return lambda: gels(a, right)
    if name == "symmetric eigen":
        symmetric = a.T @ a
        return lambda: np.linalg.eigh(symmetric)
    if name == "eigen":
        return lambda: np.linalg.eig(a)
    if name == "svd, graded":
        graded = a * 1e6 ** ((7 * np.arange(n) % n) / n)
        return lambda: np.linalg.svd(graded)
    return lambda: np.linalg.svd(a)


times = {}
for name, n in json.loads(sys.argv[1]):
    call = operation(name, n)
    call()
    calls = 5 if n <= 400 else 1
    start = time.process_time()
    for _ in range(calls):
        call()
    times[f"{name} {n}"] = (time.process_time() - start) / calls
print(json.dumps(times))
