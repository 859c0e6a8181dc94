"""Peers for `bandits-rl/optimal-control`: the algebraic Riccati equation of linear systems by SciPy and python-control.

Instance: `a`, `b`, `q` and `r` of x' = Ax + Bu and the cost x'Qx + u'Ru; a nonlinear system is not sent. Solution: `weights`
of the value x'Px in the monomials x_i x_j, i <= j. No options. They know the system, which the sampled solvers do not.
"""

import numpy as np
import scipy.linalg

from . import Peer, Result

PROBLEM = "bandits-rl/optimal-control"


def solved_by(solve_riccati):
    def solve(instance, options, clock):
        matrices = [instance[name] for name in "abqr"]
        with clock:
            p = solve_riccati(*matrices)
        i, j = np.triu_indices(len(p))
        return Result({"weights": np.where(i == j, 1.0, 2.0) * p[i, j]}, "converged", "a direct method")

    return solve


SOLVERS = {
    "scipy/solve-continuous-are": Peer(
        "SciPy: solve_continuous_are", PROBLEM, "scipy", solved_by(scipy.linalg.solve_continuous_are), "model"
    ),
}
