"""SciPy's side of laplacian.ts: reads the file and solves with ones on the right."""
import sys
import time

import numpy as np
import scipy
import scipy.io
import scipy.sparse.linalg

path, tolerance = sys.argv[1], float(sys.argv[2])


def row(title, call, remark):
    start = time.perf_counter()
    result = call()
    print(f"| SciPy {scipy.__version__}: {title} | {time.perf_counter() - start:.2f} | {remark(result)} |")
    return result


def solve(matrix, b):
    count = 0

    def step(_):
        nonlocal count
        count += 1

    _, info = scipy.sparse.linalg.cg(matrix, b, rtol=tolerance, maxiter=20000, callback=step)
    return info, count


def solved(result):
    info, count = result
    return f"{'converged' if info == 0 else 'not converged'}, {count} iterations"


matrix = row("read", lambda: scipy.sparse.csr_matrix(scipy.io.mmread(path)), lambda a: f"{a.nnz} entries")
b = np.ones(matrix.shape[0])
row("conjugate gradients", lambda: solve(matrix, b), solved)
