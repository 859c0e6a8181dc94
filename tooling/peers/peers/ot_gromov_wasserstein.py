"""Peers for `ot/gromov-wasserstein`: POT's conditional gradients and its entropic projected gradients.

Instance: distances `first` and `second`, weights `a` and `b`, and `epsilon`. Solution: `plan`, `distortion` by POT's own count,
and `marginalError`. Options: `tolerance`, POT's `tol_rel` (exact) or `tol` (entropic); `maxIterations`. POT's weights sum to one.
"""

import warnings

import numpy as np

from . import Peer, Result
from .ot_transport import ot

PROBLEM = "ot/gromov-wasserstein"


def conditional_gradients(instance, options, clock):
    limit = int(options.get("maxIterations", 10_000))
    tolerance = float(options.get("tolerance", 1e-9))
    return solve(
        instance,
        clock,
        limit,
        lambda c, d, p, q: ot.gromov.gromov_wasserstein(
            c, d, p, q, "square_loss", log=True, max_iter=limit, tol_rel=tolerance, tol_abs=tolerance
        ),
        lambda log: len(log["loss"]) - 1,
    )


def projected_gradients(instance, options, clock):
    limit = int(options.get("maxIterations", 10_000))
    tolerance = float(options.get("tolerance", 1e-9))
    return solve(
        instance,
        clock,
        limit,
        lambda c, d, p, q: ot.gromov.entropic_gromov_wasserstein(
            c, d, p, q, "square_loss", epsilon=instance["epsilon"], log=True, max_iter=limit, tol=tolerance
        ),
        # The error is looked at every tenth iteration.
        lambda log: 10 * len(log["err"]),
    )


def solve(instance, clock, limit, method, count):
    a, b = instance["a"], instance["b"]
    mass = a.sum()
    with warnings.catch_warnings(), np.errstate(all="ignore"), clock:
        warnings.simplefilter("ignore")
        plan, log = method(instance["first"], instance["second"], a / mass, b / b.sum())
    iterations = count(log)
    plan = np.asarray(plan) * mass
    missed = np.abs(plan.sum(1) - a).sum() + np.abs(plan.sum(0) - b).sum()
    solution = {"plan": plan, "distortion": float(log["gw_dist"]) * mass * mass, "marginalError": float(missed)}
    status = "iteration-limit" if iterations >= limit else "converged"
    return Result(solution, status, "its own criterion", iterations)


SOLVERS = {
    "pot/gromov-wasserstein": Peer(
        "POT: conditional gradients", PROBLEM, "POT", conditional_gradients, "exact"
    ),
    "pot/entropic-gromov-wasserstein": Peer(
        "POT: entropic projected gradients", PROBLEM, "POT", projected_gradients, "entropic"
    ),
}
