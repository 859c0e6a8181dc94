"""NumPy's and SciPy's side of dense.ts: seconds of each [operation, size] of the JSON list in the first argument."""
import json
import sys
import time

import numpy as np
import scipy.linalg


def operation(name, n):
    random = np.random.default_rng(1)
    a, b = random.standard_normal((n, n)), random.standard_normal((n, n))
    if name == "gemm":
        return lambda: a @ b
    if name == "cholesky":
        definite = a.T @ a + n * np.eye(n)
        return lambda: np.linalg.cholesky(definite)
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
    return lambda: np.linalg.svd(a)


times = {}
for name, n in json.loads(sys.argv[1]):
    call = operation(name, n)
    call()
    start = time.perf_counter()
    call()
    times[f"{name} {n}"] = time.perf_counter() - start
print(json.dumps(times))
