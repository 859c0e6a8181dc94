"""Peers for `ot/unbalanced-transport`: POT's scaling, majorisation-minimisation and L-BFGS-B, all with penalties KL.

Instance: `a`, `b`, `cost`, `marginalPenalty` and `epsilon`, against the product of the weights. Solution: `plan`, `cost` and `mass`.
Options: `tolerance`, POT's `stopThr`, and `maxIterations`, its `numItermax`; what they measure differs by method.
"""

import warnings

import numpy as np

from . import Declined, Peer, Result
from .ot_transport import ot

PROBLEM = "ot/unbalanced-transport"


def scaling(method):
    def run(instance, options, clock):
        if instance["epsilon"] == 0:
            raise Declined("scaling needs epsilon > 0; take pot/mm-unbalanced")
        limit = int(options.get("maxIterations", 100_000))
        tolerance = float(options.get("tolerance", 1e-9))
        a, b, cost, epsilon, penalty = parts(instance)
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
            warnings.simplefilter("always")
            with clock:
                plan, log = ot.unbalanced.sinkhorn_unbalanced(
                    a, b, cost, epsilon, penalty, method=method, reg_type="kl", numItermax=limit, stopThr=tolerance, log=True
                )
        # The error is looked at in every iteration.
        return ended(instance, plan, len(log["err"]), limit, caught)

    return run


def majorisation(instance, options, clock):
    limit = int(options.get("maxIterations", 100_000))
    a, b, cost, epsilon, penalty = parts(instance)
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        with clock:
            plan = ot.unbalanced.mm_unbalanced(
                a, b, cost, penalty, reg=epsilon, div="kl", numItermax=limit, stopThr=float(options.get("tolerance", 1e-9))
            )
    return ended(instance, plan, None, limit, caught)


def quasi_newton(instance, options, clock):
    limit = int(options.get("maxIterations", 100_000))
    a, b, cost, epsilon, penalty = parts(instance)
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        with clock:
            plan, log = ot.unbalanced.lbfgsb_unbalanced(
                a, b, cost, epsilon, penalty, reg_div="kl", regm_div="kl", numItermax=limit,
                stopThr=float(options.get("tolerance", 1e-9)), log=True,
            )
    return ended(instance, plan, int(log["res"].nit), limit, caught)


def parts(instance):
    return (instance[name] for name in ("a", "b", "cost", "epsilon", "marginalPenalty"))


def ended(instance, plan, iterations, limit, caught):
    plan = np.asarray(plan)
    numerical = [str(warning.message) for warning in caught if "umerical errors" in str(warning.message)]
    solution = {"plan": plan, "cost": float((plan * instance["cost"]).sum()), "mass": float(plan.sum())}
    if numerical:
        return Result(solution, "stalled", numerical[-1], iterations)
    if iterations is not None and iterations >= limit:
        return Result(solution, "iteration-limit", "numItermax was reached", iterations)
    return Result(solution, "converged", "its own criterion", iterations)


SOLVERS = {
    "pot/sinkhorn-unbalanced": Peer("POT: scaling", PROBLEM, "POT", scaling("sinkhorn"), "entropic"),
    "pot/sinkhorn-unbalanced-translation-invariant": Peer(
        "POT: translation invariant scaling", PROBLEM, "POT", scaling("sinkhorn_translation_invariant"), "entropic"
    ),
    "pot/mm-unbalanced": Peer("POT: majorisation-minimisation", PROBLEM, "POT", majorisation, "plain"),
    "pot/lbfgsb-unbalanced": Peer("POT: L-BFGS-B", PROBLEM, "POT", quasi_newton, "plain"),
}
