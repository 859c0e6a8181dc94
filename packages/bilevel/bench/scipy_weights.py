"""SciPy's side of weights.bench.ts: regularisation weights e^x of a linear model by its loss on a validation part, in the twenty
lines that one would write. Newton's method with Cholesky factors below, implicit differentiation, L-BFGS-B above.

Reads JSON with `loss`, `train`, `validation`, `start`, `lower` and `upper`; prints the processor seconds of the fastest run of
five, F, and the number of hyper-gradients.
"""

import json
import sys
import time

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit

spec = json.load(sys.stdin)
(a, s), (b, t) = ((np.array(spec[part]["design"]), np.array(spec[part]["targets"])) for part in ("train", "validation"))
n, logistic = len(s), spec["loss"] == "logistic"


def solve():
    y = np.zeros(a.shape[1])
    calls = 0

    def slope_and_curvature(w, rows, targets):
        if logistic:
            p = expit(-targets * (rows @ w))
            return -targets * p / len(targets), p * (1 - p) / len(targets)
        return (rows @ w - targets) / len(targets), np.full(len(targets), 1 / len(targets))

    def value_and_gradient(x):
        nonlocal y, calls
        calls += 1
        weights = np.exp(x) if len(x) > 1 else np.full(a.shape[1], np.exp(x[0]))
        for _ in range(50):
            slope, curvature = slope_and_curvature(y, a, s)
            gradient = a.T @ slope + weights * y
            factor = cho_factor(a.T @ (curvature[:, None] * a) + np.diag(weights))
            if np.linalg.norm(gradient) < 1e-10:
                break
            y = y - cho_solve(factor, gradient)
        v = cho_solve(factor, b.T @ slope_and_curvature(y, b, t)[0])
        scores = b @ y
        value = np.mean(np.logaddexp(0, -t * scores)) if logistic else np.mean((scores - t) ** 2) / 2
        cross = weights * y * v
        return value, -cross if len(x) > 1 else -np.array([cross.sum()])

    found = minimize(
        value_and_gradient,
        spec["start"],
        jac=True,
        method="L-BFGS-B",
        bounds=[(spec["lower"], spec["upper"])] * len(spec["start"]),
        options={"gtol": spec["gtol"], "ftol": 0, "maxiter": 500, "maxfun": 1000},
    )
    return found.fun, calls


least = np.inf
for _ in range(5):
    before = time.process_time()
    value, calls = solve()
    least = min(least, time.process_time() - before)
print(json.dumps({"seconds": least, "value": value, "calls": calls}))
