"""PyAMG on `linalg/linear-system`: multigrid alone and as a preconditioner; see linalg_linear_system.py.

The hierarchy is part of what is counted.
"""

import numpy as np
import pyamg
import scipy.sparse

from . import Declined, Peer
from .linalg_linear_system import PROBLEM, SPD, limits, read, result


def multigrid(make, accel):
    def solve(instance, options, clock):
        if instance["structure"] != SPD:
            raise Declined(f"multigrid is for {SPD} systems")
        a, b = scipy.sparse.csr_matrix(read(instance["a"])), instance["b"]
        tolerance, most = limits(instance, options)
        residuals = []
        with clock:
            x = make(a).solve(b, tol=tolerance, maxiter=most, accel=accel, residuals=residuals)
        return result(a, b, x, len(residuals) - 1, residuals[-1] <= tolerance * (np.linalg.norm(b) or 1.0))

    return solve


SOLVERS = {
    "pyamg/ruge-stuben": Peer("PyAMG: Ruge-Stüben", PROBLEM, "pyamg", multigrid(pyamg.ruge_stuben_solver, None)),
    "pyamg/smoothed-aggregation-cg": Peer(
        "PyAMG: CG by aggregation", PROBLEM, "pyamg", multigrid(pyamg.smoothed_aggregation_solver, "cg")
    ),
}
