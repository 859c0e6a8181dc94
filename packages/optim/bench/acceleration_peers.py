"""SciPy's side of acceleration.ts: gradients until their norm is 1e-8 (1 + that at the start), and evaluations of RK45."""
import json

import numpy as np
import scipy
from scipy.integrate import solve_ivp
from scipy.optimize import minimize, rosen, rosen_der
from sklearn.datasets import load_breast_cancer

TOLERANCE = 1e-8


class Reached(Exception):
    """The tolerance was reached."""


def quadratic(n, condition):
    diagonal = condition ** (np.arange(n) / (n - 1))
    return lambda x: (x @ (diagonal * x) / 2, diagonal * x), np.ones(n)


def chain(n):
    b = np.zeros(n)
    b[0] = 0.25

    def product(x):
        out = x / 2
        out[1:] -= x[:-1] / 4
        out[:-1] -= x[1:] / 4
        return out

    return lambda x: (x @ product(x) / 2 - b @ x, product(x) - b), np.zeros(n)


def tumours(ridge):
    data = load_breast_cancer()
    features = (data.data - data.data.mean(0)) / data.data.std(0)
    design = np.hstack([features, np.ones((len(features), 1))])
    labels = 2.0 * data.target - 1

    def f(x):
        margins = labels * (design @ x)
        weights = -labels * scipy.special.expit(-margins) / len(labels)
        return np.logaddexp(0, -margins).mean() + ridge / 2 * x @ x, design.T @ weights + ridge * x

    return f, np.zeros(design.shape[1])


def valley(n):
    start = np.ones(n)
    start[:2] = [-2, 2]
    return lambda x: (rosen(x), rosen_der(x)), start


def gradients(f, start, method):
    """Both functions are called together, so that gradients are what counts."""
    count = 0
    target = TOLERANCE * (1 + np.linalg.norm(f(start)[1]))

    def counted(x):
        nonlocal count
        count += 1
        value, gradient = f(x)
        if np.linalg.norm(gradient) <= target:
            raise Reached
        return value, gradient

    options = {"maxiter": 100000, "gtol": 0}
    if method == "L-BFGS-B":
        options.update(ftol=0, maxfun=1000000)
    try:
        minimize(counted, start, jac=True, method=method, options=options)
    except Reached:
        return str(count)
    return f"stopped short after {count}"


def evaluations(tolerance):
    w = np.sqrt(24)
    solution = solve_ivp(
        lambda t, z: [z[1], -2 * z[1] - 25 * z[0]], (0, 20), [1, 0], method="RK45", rtol=tolerance, atol=tolerance / 100
    )
    t = solution.t
    exact = np.exp(-t) * (np.cos(w * t) + np.sin(w * t) / w)
    return {"evaluations": solution.nfev, "error": float(np.abs(solution.y[0] - exact).max())}


instances = {
    "quadratic, 100, 1e4": quadratic(100, 1e4),
    "chain, 200": chain(200),
    "tumours, ridge 1e-3": tumours(1e-3),
    "tumours, ridge 1e-6": tumours(1e-6),
    "Rosenbrock, 10": valley(10),
}
print(
    json.dumps(
        {
            "version": scipy.__version__,
            "gradients": {
                name: {method: gradients(*instance, method) for method in ("CG", "L-BFGS-B")}
                for name, instance in instances.items()
            },
            "evaluations": [evaluations(tolerance) for tolerance in (1e-4, 1e-6, 1e-8, 1e-10)],
        }
    )
)
