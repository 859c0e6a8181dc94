"""SciPy's side of hard-matrices.bench.ts: backward errors of LAPACK's factorisations, as src/testing/hard-matrices.ts measures ours."""
import json
import sys
import warnings

import numpy as np
import scipy.linalg as la

warnings.filterwarnings("ignore")
EPS, TINY = np.finfo(float).eps, 2.0**-1074


def errors(a):
    rows, cols = a.shape
    n = max(rows, cols)
    largest = np.abs(a).max()
    scale = 2.0 ** max(-1022, min(1023, np.floor(np.log2(largest)))) if largest > 0 else 1.0
    reduced = a / scale
    unit = n * (EPS * np.linalg.norm(reduced) + n * TINY / scale)

    def of(difference):
        size = np.linalg.norm(difference)
        return 0.0 if size == 0 else float(size / unit)

    found = {}

    def measure(name, call):
        try:
            value = call()
        except (la.LinAlgError, ValueError):
            return
        if np.isfinite(value):
            found[name] = value

    def qr():
        q, r = la.qr(a, mode="economic")
        return of(q @ (r / scale) - reduced)

    def svd():
        u, s, vt = la.svd(a, full_matrices=False)
        return of((u * (s / scale)) @ vt - reduced)

    def lu():
        p, low, up = la.lu(a)
        return of(p @ (low @ (up / scale)) - reduced)

    def schur():
        t, q = la.schur(a)
        return of(q @ (t / scale) @ q.T - reduced)

    def eigen():
        # SciPy's own eig is wrong for entries as large as 1e150, NumPy's is not.
        values, vectors = np.linalg.eig(a)
        rest = reduced @ vectors - vectors * (values / scale)
        return max(of(rest[:, k]) for k in range(n))

    def symmetric():
        values, vectors = la.eigh(a)
        return of((vectors * (values / scale)) @ vectors.T - reduced)

    def ldl():
        low, d, _ = la.ldl(a)
        return of(low @ (d / scale) @ low.T - reduced)

    def cholesky():
        low = la.cholesky(a, lower=True)
        root = 2.0 ** np.floor(np.log2(np.abs(low).max()))
        return of((low / root) @ (low / root).T * (root / scale * root) - reduced)

    measure("qr", qr)
    measure("svd", svd)
    if rows != cols:
        return found
    measure("lu", lu)
    measure("schur", schur)
    measure("eigen", eigen)
    if (a == a.T).all():
        measure("symmetric eigen", symmetric)
        measure("ldl", ldl)
        measure("cholesky", cholesky)
    return found


matrices = json.load(sys.stdin)
print(json.dumps({name: errors(np.array(m["values"]).reshape(m["rows"], m["cols"])) for name, m in matrices.items()}))
