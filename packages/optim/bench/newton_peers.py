"""SciPy's side of newton.ts: calls of f and milliseconds of the thread until f is within 1e-8 of the minimum, for every instance of the
JSON list in the first argument and every method."""
import json
import sys
import time

import numpy as np
from scipy.optimize import least_squares, minimize
from scipy.special import expit

METHODS = ["trust-exact", "Newton-CG", "L-BFGS-B", "lm"]


def mulberry32(seed, count):
    """The generator of the instances, all numbers at once: its state is a multiple of a constant."""
    a = (seed + np.uint32(0x6D2B79F5) * np.arange(1, count + 1, dtype=np.uint64)).astype(np.uint32)
    t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
    t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    return (t ^ (t >> np.uint32(14))) / 2.0**32


class LogSumExp:
    def __init__(self, terms, n, smoothing, seed):
        u = 2 * mulberry32(seed, terms * n + terms) - 1
        self.b, self.mu = u[terms * n :], smoothing
        a = u[: terms * n].reshape(terms, n)
        self.a = a - a.T @ self._softmax(-self.b / smoothing)[1]
        self.start = np.ones(n)
        self.minimum = self.value(np.zeros(n))

    @staticmethod
    def _softmax(z):
        top = z.max()
        e = np.exp(z - top)
        total = e.sum()
        return top + np.log(total), e / total

    def value(self, x):
        return self.mu * self._softmax((self.a @ x - self.b) / self.mu)[0]

    def both(self, x):
        log, p = self._softmax((self.a @ x - self.b) / self.mu)
        return self.mu * log, self.a.T @ p

    def hessian(self, x):
        p = self._softmax((self.a @ x - self.b) / self.mu)[1]
        g = self.a.T @ p
        scaled = np.sqrt(p)[:, None] * self.a
        return (scaled.T @ scaled - np.outer(g, g)) / self.mu

    def product(self, x, v):
        p = self._softmax((self.a @ x - self.b) / self.mu)[1]
        along = self.a @ v
        return self.a.T @ (p * (along - p @ along)) / self.mu


class Logistic:
    minimum = 0.0598294718818

    def __init__(self):
        from sklearn.datasets import load_breast_cancer

        data = load_breast_cancer()
        features = (data.data - data.data.mean(0)) / data.data.std(0)
        self.a = np.hstack([features, np.ones((len(features), 1))])
        self.y = 2.0 * data.target - 1
        self.start = np.zeros(31)

    def value(self, x):
        return np.logaddexp(0, -self.y * (self.a @ x)).mean() + 5e-4 * x @ x

    def both(self, x):
        margins = self.y * (self.a @ x)
        slope = self.a.T @ (-self.y * expit(-margins)) / len(self.y) + 1e-3 * x
        return np.logaddexp(0, -margins).mean() + 5e-4 * x @ x, slope

    def _weights(self, x):
        p = expit(self.a @ x)
        return p * (1 - p) / len(self.y)

    def hessian(self, x):
        return (self.a.T * self._weights(x)) @ self.a + 1e-3 * np.eye(31)

    def product(self, x, v):
        return self.a.T @ (self._weights(x) * (self.a @ v)) + 1e-3 * v


class Rosenbrock:
    minimum = 0.0
    start = np.array([-2.0, 2.0])

    def value(self, x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    def both(self, x):
        valley = 200 * (x[1] - x[0] ** 2)
        return self.value(x), np.array([2 * (x[0] - 1) - 2 * valley * x[0], valley])

    def hessian(self, x):
        return np.array([[2 - 400 * (x[1] - 3 * x[0] ** 2), -400 * x[0]], [-400 * x[0], 200]])

    def product(self, x, v):
        return self.hessian(x) @ v


class Chebyshev:
    """Half the squared residual of the chain u_1 = (1 - x_1) / 2, u_i = x_i - (2 x_{i-1}^2 - 1)."""

    minimum = 0.0

    def __init__(self, n, seed):
        self.start = mulberry32(seed, n)

    def residual(self, x):
        return np.concatenate([[(1 - x[0]) / 2], x[1:] - (2 * x[:-1] ** 2 - 1)])

    def jacobian(self, x):
        j = np.eye(len(x))
        j[0, 0] = -0.5
        j[np.arange(1, len(x)), np.arange(len(x) - 1)] = -4 * x[:-1]
        return j

    def both(self, x):
        u = self.residual(x)
        slope = np.concatenate([[-u[0] / 2], u[1:]])
        slope[:-1] -= 4 * x[:-1] * u[1:]
        return u @ u / 2, slope

    def hessian(self, x):
        j = self.jacobian(x)
        u = self.residual(x)
        return j.T @ j - 4 * np.diag(np.concatenate([u[1:], [0]]))

    def product(self, x, v):
        return self.hessian(x) @ v


class Reached(Exception):
    pass


def race(problem, method):
    """Calls until the target is seen, and the time; None where the method ends elsewhere."""
    calls = 0

    def objective(x):
        nonlocal calls
        calls += 1
        value, slope = problem.both(x)
        if value <= problem.minimum + 1e-8:
            raise Reached
        return value, slope

    if method == "lm":
        return levenberg_marquardt(problem)
    second = {"trust-exact": {"hess": problem.hessian}, "Newton-CG": {"hessp": problem.product}}.get(method, {})
    # Nothing but the target may end a run.
    strict = {
        "trust-exact": {"gtol": 0},
        "Newton-CG": {"xtol": 0},
        "L-BFGS-B": {"ftol": 0, "gtol": 0, "maxfun": 200000},
    }[method]
    start = time.thread_time()
    try:
        minimize(
            objective, problem.start, jac=True, method=method, options={"maxiter": 20000, **strict}, **second
        )
    except Reached:
        return {"calls": calls, "milliseconds": 1000 * (time.thread_time() - start)}
    return None


def levenberg_marquardt(problem):
    """MINPACK's method, for equations only."""
    if not hasattr(problem, "residual"):
        return None
    calls = 0

    def residual(x):
        nonlocal calls
        calls += 1
        u = problem.residual(x)
        if u @ u / 2 <= problem.minimum + 1e-8:
            raise Reached
        return u

    start = time.thread_time()
    try:
        least_squares(
            residual, problem.start, problem.jacobian, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15
        )
    except Reached:
        return {"calls": calls, "milliseconds": 1000 * (time.thread_time() - start)}
    return None


def make(spec):
    if spec["kind"] == "log-sum-exp":
        return LogSumExp(spec["terms"], spec["n"], spec["smoothing"], spec["seed"])
    if spec["kind"] == "chebyshev":
        return Chebyshev(spec["n"], spec["seed"])
    return Logistic() if spec["kind"] == "logistic" else Rosenbrock()


problems = [make(spec) for spec in json.loads(sys.argv[1])]
print(json.dumps([{method: race(problem, method) for method in METHODS} for problem in problems]))
