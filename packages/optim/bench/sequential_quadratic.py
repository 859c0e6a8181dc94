"""SciPy's SLSQP on what sequential-quadratic.bench.ts drew: least processor seconds of so many runs."""
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize

task = json.load(sys.stdin)
n, m = task["n"], task["m"]
weights, linear, high = (np.array(task[name]) for name in ("weights", "linear", "high"))
rows = np.array(task["rows"]).reshape(m, n)


def value(x):
    return 0.5 * weights @ (x * x) + linear @ x + np.sum((x[1:] - x[:-1] ** 2) ** 4)


def gradient(x):
    out = weights * x + linear
    cube = 4 * (x[1:] - x[:-1] ** 2) ** 3
    out[1:] += cube
    out[:-1] -= 2 * x[:-1] * cube
    return out


constraints = [
    {"type": "ineq", "fun": lambda x: n / 10 - x @ x, "jac": lambda x: -2 * x},
    {"type": "ineq", "fun": lambda x: high - rows @ x, "jac": lambda x: -rows},
]
least = np.inf
for _ in range(task["rounds"]):
    before = time.process_time()
    found = minimize(
        value,
        np.full(n, 0.1),
        jac=gradient,
        method="SLSQP",
        bounds=[(-0.6, 0.6)] * n,
        constraints=constraints,
        options={"ftol": 1e-10, "maxiter": 500},
    )
    least = min(least, time.process_time() - before)
print(json.dumps({"seconds": least, "steps": int(found.nit), "value": float(found.fun), "message": found.message}))
