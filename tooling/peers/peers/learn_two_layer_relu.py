"""Peers for `learn/two-layer-relu`: the convex program of Pilanci and Ergen as a CVXPY user writes it, by Clarabel.

Instance: `points`, a row a sample, `targets`, `loss`, `beta`; networks that withstand an adversary or pool patches are not
taken. Solution: `hidden`, the units, a row each, and their weights `output`. Options: `patterns`, how many normal directions
are drawn for the patterns of activity, 50 by default; `seed`; `tolerance`, Clarabel's gap. What is counted is the whole call
of `solve`, CVXPY's compilation with it.
"""

import cvxpy
import numpy as np

from . import Declined, Peer, Result

PROBLEM = "learn/two-layer-relu"


def clarabel(instance, options, clock):
    if instance.get("radii") is not None or instance.get("patches", 1) != 1:
        raise Declined("networks against an adversary and pooled ones are not written in CVXPY here")
    points, targets = instance["points"], instance["targets"]
    n, d = points.shape
    normals = np.random.default_rng(options.get("seed", 1)).normal(size=(d, options.get("patterns", 50)))
    gates = np.unique(points @ normals >= 0, axis=1).T
    tolerance = options.get("tolerance", 1e-8)
    with clock:
        v, w = cvxpy.Variable((d, len(gates))), cvxpy.Variable((d, len(gates)))
        predictions = cvxpy.sum(cvxpy.multiply(gates.T.astype(float), points @ (v - w)), axis=1)
        norms = cvxpy.sum(cvxpy.norm(v, 2, axis=0)) + cvxpy.sum(cvxpy.norm(w, 2, axis=0))
        signs = np.where(gates.T, 1.0, -1.0)
        constraints = [cvxpy.multiply(signs, points @ v) >= 0, cvxpy.multiply(signs, points @ w) >= 0]
        problem = cvxpy.Problem(
            cvxpy.Minimize(loss_of(instance["loss"], predictions, targets) + instance["beta"] * norms), constraints
        )
        settings = {name: tolerance for name in ("tol_gap_abs", "tol_gap_rel", "tol_feas")}
        problem.solve(solver=cvxpy.CLARABEL, **settings)
    blocks, signs = np.hstack([v.value, w.value]).T, np.repeat([1.0, -1.0], len(gates))
    norms = np.linalg.norm(blocks, axis=1)
    kept = norms > 1e-8 * max(norms.max(), 1e-300)
    roots = np.sqrt(norms[kept])
    solution = {"hidden": blocks[kept] / roots[:, None], "output": signs[kept] * roots}
    status = "converged" if problem.status == cvxpy.OPTIMAL else "stalled"
    return Result(solution, status, str(problem.status), int(problem.solver_stats.num_iters))


def loss_of(name, predictions, targets):
    if name == "squared":
        return cvxpy.sum_squares(predictions - targets) / 2
    if name == "logistic":
        return cvxpy.sum(cvxpy.logistic(cvxpy.multiply(-2 * targets, predictions)))
    return cvxpy.sum(cvxpy.pos(1 - cvxpy.multiply(targets, predictions))) / len(targets)


SOLVERS = {"cvxpy/clarabel": Peer("CVXPY with Clarabel", PROBLEM, "cvxpy", clarabel)}
