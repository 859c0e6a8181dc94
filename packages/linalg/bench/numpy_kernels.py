"""NumPy's side of kernels.ts: one JSON request a line on standard input, one JSON answer a line on standard output."""
import functools
import json
import sys
import time

import numpy as np
import scipy
import scipy.linalg
import scipy.sparse
from scipy.special import logsumexp


def dense(rows, cols):
    return np.random.default_rng(1).random((rows, cols))


def transport(n, spread, axis):
    """log sum exp(scale (shift - M)), by SciPy and by hand (in place); the faster of the two counts."""
    matrix = dense(n, n)
    shift = dense(1, n) if axis == 1 else dense(n, 1)

    def by_hand():
        terms = shift - matrix
        terms *= spread
        largest = terms.max(axis, keepdims=True)
        terms -= largest
        np.exp(terms, out=terms)
        return np.log(terms.sum(axis)) + np.squeeze(largest, axis)

    return [by_hand, lambda: logsumexp(spread * (shift - matrix), axis=axis)]


def plain(n, axis):
    matrix = 20 * dense(n, n)

    def by_hand():
        largest = matrix.max(axis, keepdims=True)
        terms = matrix - largest
        np.exp(terms, out=terms)
        return np.log(terms.sum(axis)) + np.squeeze(largest, axis)

    return [by_hand, lambda: logsumexp(matrix, axis=axis)]


def dot(n):
    x, y = dense(2, n)
    return [lambda: x @ y]


def exp(n):
    x = -20 * dense(1, n)[0]
    out = np.empty_like(x)
    return [lambda: np.exp(x, out=out)]


def gemv(n):
    a, x, y = dense(n, n), dense(1, n)[0], np.empty(n)
    return [lambda: np.matmul(a, x, out=y)]


def gemv_transposed(n):
    a, x, y = dense(n, n), dense(1, n)[0], np.empty(n)
    return [lambda: np.matmul(a.T, x, out=y)]


def gemm(n):
    a, b, c = dense(n, n), dense(n, n), np.empty((n, n))
    return [lambda: np.matmul(a, b, out=c)]


def syrk(n):
    a = np.asfortranarray(dense(n, n))
    return [lambda: scipy.linalg.blas.dsyrk(1.0, a)]


def cholesky(n):
    a = dense(n, n)
    a = a @ a.T + n * np.eye(n)
    return [lambda: scipy.linalg.cholesky(a, lower=True, check_finite=False), lambda: np.linalg.cholesky(a)]


def csr(n, transposed):
    rng = np.random.default_rng(1)
    rows = np.repeat(np.arange(n), 10)
    matrix = scipy.sparse.csr_array((rng.random(10 * n), (rows, rng.integers(0, n, 10 * n))), shape=(n, n))
    x = rng.random(n)
    matrix = matrix.T if transposed else matrix
    return [lambda: matrix @ x]


CASES = {
    "dot": dot,
    "exp": exp,
    "gemv": gemv,
    "gemvTransposed": gemv_transposed,
    "gemm": gemm,
    "syrk": syrk,
    "cholesky": cholesky,
    "logSumExpRows": lambda n, spread: transport(n, spread, 1),
    "logSumExpColumns": lambda n, spread: transport(n, spread, 0),
    "plainLogSumExpRows": lambda n: plain(n, 1),
    "plainLogSumExpColumns": lambda n: plain(n, 0),
    "csrGemv": lambda n: csr(n, False),
}


@functools.lru_cache(maxsize=1)
def functions(kernel, *arguments):
    return CASES[kernel](*arguments)


def seconds(function, budget):
    """The best time of one call, as in kernels.ts."""
    function()
    start = time.perf_counter()
    function()
    repeats = max(1, int(0.002 / max(time.perf_counter() - start, 1e-9)))
    best = float("inf")
    end = time.perf_counter() + budget
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(repeats):
            function()
        best = min(best, (time.perf_counter() - start) / repeats)
    return best


def environment():
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return {"numpy": np.__version__, "scipy": scipy.__version__, "blas": "unknown (threadpoolctl is not installed)"}
    blas = [f"{i['internal_api']} {i['version']} {i.get('architecture')}" for i in threadpool_info() if i["user_api"] == "blas"]
    return {"numpy": np.__version__, "scipy": scipy.__version__, "blas": ", ".join(sorted(set(blas)))}


print(json.dumps(environment()), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    contestants = functions(request["kernel"], *request["arguments"])
    print(json.dumps(min(seconds(f, request["budget"]) for f in contestants)), flush=True)
