"""Peers for `linalg/linear-system`: SciPy's Krylov methods (Python loops over NumPy and C++ products, one thread).

Instance: the matrix `a`, dense or with `rows`, `cols`, `rowPointers`, `columnIndices` and `values`; the right-hand side
`b`; and `structure`, which decides who takes it. Solution: `x` and `relativeResidual`. Options: `tolerance`, of the
residual over |b| (of LSQR also of the gradient), and `maxIterations`.
"""

import numpy as np
import scipy.sparse
import scipy.sparse.linalg

from . import Declined, Peer, Result

PROBLEM = "linalg/linear-system"


def read(matrix):
    if isinstance(matrix, np.ndarray):
        return matrix
    parts = (matrix["values"], matrix["columnIndices"], matrix["rowPointers"])
    return scipy.sparse.csr_matrix(parts, shape=(matrix["rows"], matrix["cols"]))


def limits(instance, options):
    return options.get("tolerance", 1e-10), options.get("maxIterations", 10 * len(instance["b"]))


def result(a, b, x, iterations, converged):
    scale = np.linalg.norm(b) or 1.0
    solution = {"x": np.asarray(x), "relativeResidual": float(np.linalg.norm(b - a @ x) / scale)}
    status, reason = ("converged", "its own criterion") if converged else ("iteration-limit", "maxiter")
    return Result(solution, status, reason, iterations)


def krylov(name, structures):
    """A method that is called as method(a, b, rtol, maxiter, callback), for some structures."""

    def solve(instance, options, clock):
        if instance["structure"] not in structures:
            raise Declined(f"{name} is for {', '.join(structures)} systems")
        a, b = read(instance["a"]), instance["b"]
        tolerance, most = limits(instance, options)
        steps = [0]

        def count(_):
            steps[0] += 1

        method = getattr(scipy.sparse.linalg, name)
        more = {"callback_type": "pr_norm", "restart": 30} if name == "gmres" else {}
        # GMRES counts restarts.
        most = max(1, most // 30) if name == "gmres" else most
        with clock:
            x, info = method(a, b, rtol=tolerance, maxiter=most, callback=count, **more)
        return result(a, b, x, steps[0], info == 0)

    return solve


def lsqr(instance, options, clock):
    a, b = read(instance["a"]), instance["b"]
    tolerance, most = limits(instance, options)
    with clock:
        x, stop, iterations = scipy.sparse.linalg.lsqr(
            a, b, atol=tolerance, btol=tolerance, conlim=0, iter_lim=most
        )[:3]
    return result(a, b, x, iterations, stop != 7)


SPD, SYMMETRIC, GENERAL = "positive-definite", "symmetric", "general"
SOLVERS = {
    "scipy/cg": Peer("SciPy: cg", PROBLEM, "scipy", krylov("cg", (SPD,))),
    "scipy/minres": Peer("SciPy: minres", PROBLEM, "scipy", krylov("minres", (SPD, SYMMETRIC))),
    "scipy/gmres": Peer("SciPy: gmres", PROBLEM, "scipy", krylov("gmres", (SPD, SYMMETRIC, GENERAL))),
    "scipy/lsqr": Peer("SciPy: lsqr", PROBLEM, "scipy", lsqr),
}
