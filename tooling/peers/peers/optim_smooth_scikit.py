"""Peers for `optim/smooth`: scikit-learn's logistic regression. Optional; absent unless requirements-scikit.txt is installed.

Instance and solution as in `optim_smooth`; logistic and softmax losses with a ridge, from zero. Options: `tolerance`,
times min(1, |g_0|) the `tol` of the package: the largest component of the gradient, where `optim_smooth` takes the norm; and
`maxIterations`. The calls are those of the loss that the estimator's method makes.
"""

from contextlib import ExitStack
from unittest.mock import patch

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.linear_model._linear_loss import LinearModelLoss

from . import Declined, Peer, Result
from .optim_smooth import PROBLEM, function_of

# What the methods ask their loss for, and what that is in calls of functions.
ASKED = {
    "loss": ("value",),
    "loss_gradient": ("value", "gradient"),
    "gradient": ("gradient",),
    "gradient_hessian": ("gradient", "hessian"),
}


def counting(stack, calls):
    """Counts while the stack is open."""
    for name, kinds in ASKED.items():
        original = getattr(LinearModelLoss, name)

        def counted(*arguments, original=original, kinds=kinds, **more):
            for kind in kinds:
                calls[kind] += 1
            return original(*arguments, **more)

        stack.enter_context(patch.object(LinearModelLoss, name, counted))


def logistic_regression(method):
    def solve(instance, options, clock):
        if instance["kind"] not in ("logistic", "softmax") or instance["ridge"] == 0:
            raise Declined("LogisticRegression is for logistic and softmax losses with a ridge")
        if np.any(instance["initial"]):
            raise Declined("LogisticRegression starts at zero")
        function = function_of(instance)
        _, start = function.both(instance["initial"])
        model = LogisticRegression(
            C=1 / (instance["ridge"] * function.samples),
            fit_intercept=False,
            solver=method,
            tol=options.get("tolerance", 1e-8) * min(1, np.sqrt(start @ start)),
            max_iter=options.get("maxIterations", 10_000),
        )
        calls = {"value": 0, "gradient": 0, "hessianVector": 0, "hessian": 0}
        with ExitStack() as stack:
            counting(stack, calls)
            with clock:
                model.fit(function.design, instance["targets"])
        iterations = int(np.max(model.n_iter_))
        x = model.coef_.ravel()
        value, gradient = function.both(x)
        solution = {"x": x, "value": float(value), "gradientNorm": float(np.linalg.norm(gradient)), "evaluations": calls}
        limited = iterations >= model.max_iter
        return Result(solution, "iteration-limit" if limited else "converged", "its own criterion", iterations)

    return solve


SOLVERS = {
    f"scikit-learn/logistic-regression-{method}": Peer(
        f"scikit-learn: LogisticRegression, {method}", PROBLEM, "scikit-learn", logistic_regression(method)
    )
    for method in ("lbfgs", "newton-cholesky")
}
