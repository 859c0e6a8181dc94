"""Peers for `ot/transport`: POT, the Python Optimal Transport library.

Instance: weights `a` and `b`, `cost` (one row per entry of a, one column per entry of b), `epsilon` in cost units.
Solution: `plan`, and `rowPotentials` f and `columnPotentials` g in cost units. For the entropic methods
plan = exp((f + g - cost) / epsilon), POT's own scaling; for emd f + g <= cost with equality on the plan's support.

Options: `tolerance` is handed to POT's `stopThr` and `maxIterations` to its `numItermax`, untouched. What they
mean there differs by method, and is noted at each below. None is the L1 error that Infimum's own metrics use.
"""

import os
import warnings

# POT loads every tensor library that it finds; with numpy input it needs none of them.
for library in ("PYTORCH", "JAX", "CUPY", "TENSORFLOW"):
    os.environ[f"POT_BACKEND_DISABLE_{library}"] = "1"

import numpy as np
import ot

from . import Peer, Result

PROBLEM = "ot/transport"


def emd(instance, options, clock):
    """Exact transport by POT's network simplex (C++, LEMON); no epsilon, no tolerance, exact up to rounding.

    `numItermax` counts pivots; POT does not say how many it made.
    """
    a, b, cost = instance["a"], instance["b"], instance["cost"]
    limit = int(options.get("maxIterations", 1_000_000_000))
    with warnings.catch_warnings(), clock:
        warnings.simplefilter("ignore")
        plan, log = ot.emd(a, b, cost, numItermax=limit, log=True)
    solution = {"plan": plan, "rowPotentials": log["u"], "columnPotentials": log["v"]}
    if log["warning"] is None:
        return Result(solution, "converged", "the network simplex found an optimal basis")
    limited = "numItermax" in log["warning"]
    return Result(solution, "iteration-limit" if limited else "stalled", log["warning"])


def entropic(method, potentials, iterations):
    """A method of `ot.sinkhorn`: its name, the potentials from its log, and the key of its iteration count."""

    def solve(instance, options, clock):
        a, b, cost, epsilon = instance["a"], instance["b"], instance["cost"], instance["epsilon"]
        tolerance = float(options.get("tolerance", 1e-9))
        limit = int(options.get("maxIterations", 100_000))
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
            warnings.simplefilter("always")
            with clock:
                plan, log = ot.sinkhorn(
                    a, b, cost, epsilon, method=method, numItermax=limit, stopThr=tolerance, log=True
                )
            f, g = potentials(log, epsilon)
        status, reason = ending(method, caught, log, tolerance)
        # POT's counts are the index of the last iteration, from 0.
        done = log[iterations] + 1
        return Result({"plan": plan, "rowPotentials": f, "columnPotentials": g}, status, reason, done)

    return solve


def ending(method, caught, log, tolerance):
    """POT tells how it ended by warnings; the inner solves of epsilon scaling warn too, and mean nothing."""
    messages = [str(warning.message) for warning in caught]
    numerical = [message for message in messages if "numerical errors" in message.lower()]
    if numerical:
        return "stalled", numerical[-1]
    if method == "sinkhorn_epsilon_scaling":
        met = log["err"][-1] <= tolerance
    else:
        met = not any("did not converge" in message for message in messages)
    if met:
        return "converged", f"POT's error measure is below stopThr = {tolerance}"
    return "iteration-limit", "numItermax was reached before stopThr"


def from_scaling(log, epsilon):
    return epsilon * np.log(log["u"]), epsilon * np.log(log["v"])


def from_log_scaling(log, epsilon):
    return epsilon * log["log_u"], epsilon * log["log_v"]


def from_potentials(log, epsilon):
    return log["alpha"], log["beta"]


def pot(title, solve, variant="entropic"):
    return Peer(title, PROBLEM, "POT", solve, variant)


SOLVERS = {
    "pot/emd": pot("POT: exact, network simplex", emd, "exact"),
    # Error: Euclidean norm of the column marginal's violation, looked at every 10th iteration (the rows are exact
    # after every sweep). Ends by itself with a numerical error when the kernel under- or overflows.
    "pot/sinkhorn": pot("POT: Sinkhorn-Knopp scaling", entropic("sinkhorn", from_scaling, "niter")),
    # The same error and cadence; a sweep takes two log-sum-exps over the whole matrix.
    "pot/sinkhorn-log": pot("POT: log-domain Sinkhorn", entropic("sinkhorn_log", from_log_scaling, "niter")),
    # The same error, looked at every 20th iteration; scalings above tau = 1e3 are absorbed into the kernel.
    "pot/sinkhorn-stabilized": pot(
        "POT: stabilised Sinkhorn", entropic("sinkhorn_stabilized", from_potentials, "n_iter")
    ),
    # An iteration is one epsilon of the sequence, solved with up to 100 stabilised sweeps; epsilon falls from 1e4 by
    # a factor e, and at least 37 are run. The outer error is the sum of the squared norms of both violations, looked
    # at every 10th epsilon, and the inner one the norm: the same stopThr serves both.
    "pot/sinkhorn-epsilon-scaling": pot(
        "POT: epsilon scaling", entropic("sinkhorn_epsilon_scaling", from_potentials, "niter")
    ),
    # An iteration updates the one row or column that is violated most, so n + m of them cost about one sweep; the
    # error is the largest violation of one entry, looked at every iteration.
    "pot/greenkhorn": pot("POT: Greenkhorn", entropic("greenkhorn", from_scaling, "n_iter")),
}
