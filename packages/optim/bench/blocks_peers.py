"""scikit-learn's and SciPy's side of blocks.ts: the least processor time of some rounds, one thread, results on one line."""
import sys
import time
import warnings

import numpy as np
import scipy.sparse
import scipy.sparse.linalg


def best(call, rounds):
    least = np.inf
    for _ in range(rounds):
        start = time.process_time()
        result = call()
        least = min(least, time.process_time() - start)
    return least, result


def lasso(design, targets, rows, cols, l1, kind, rounds):
    from sklearn.linear_model import Lasso

    rows, cols, l1, rounds = int(rows), int(cols), float(l1), int(rounds)
    a = np.fromfile(design).reshape(rows, cols)
    b = np.fromfile(targets)
    # In the layout that scikit-learn wants, so that it copies nothing.
    x = scipy.sparse.csc_matrix(a) if kind == "sparse" else np.asfortranarray(a)
    # It stops when the gap is at most tol |b|²; ours is relative to |b|² / 2.
    model = Lasso(alpha=l1 / rows, fit_intercept=False, copy_X=False, tol=0.5e-6, max_iter=100000)
    seconds, fitted = best(lambda: model.fit(x, b), rounds)
    w = fitted.coef_
    r = b - a @ w
    theta = r / max(l1, np.abs(a.T @ r).max())
    gap = r @ r / 2 + l1 * np.abs(w).sum() - (b @ b / 2 - ((l1 * theta - b) ** 2).sum() / 2)
    print(seconds, gap / (b @ b / 2))


def graph(pointers, indices, values, linear, rounds):
    rounds = int(rounds)
    q = np.fromfile(linear)
    parts = np.fromfile(values), np.fromfile(indices, np.int32), np.fromfile(pointers, np.int32)
    m = scipy.sparse.csr_matrix(parts, shape=(q.size, q.size))
    columns = m.tocsc()
    direct, _ = best(lambda: scipy.sparse.linalg.spsolve(columns, q), rounds)
    diagonal = scipy.sparse.diags(1 / m.diagonal())
    count = 0

    def solve():
        nonlocal count
        count = 0

        def step(_):
            nonlocal count
            count += 1

        return scipy.sparse.linalg.cg(m, q, rtol=1e-6, M=diagonal, callback=step)

    iterative, _ = best(solve, rounds)
    print(direct, iterative, count)


warnings.simplefilter("ignore")
{"lasso": lasso, "graph": graph}[sys.argv[1]](*sys.argv[2:])
