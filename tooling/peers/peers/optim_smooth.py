"""Peers for `optim/smooth`: SciPy's `minimize` on the losses of the instances, as a NumPy user writes them.

Instance: `kind` and what that function is made of (see the classes here), and `initial`. Solution: `x`, `value`,
`gradientNorm`, and `calls` of the functions; value and gradient are computed together, as SciPy asks for them. Options:
`tolerance`, with which every method stops at the first gradient g with |g| <= tolerance min(1, |g_0|), as the solvers of
the package do, so that no criterion of SciPy's own, in another norm, takes more; and `maxIterations`.
"""

import numpy as np
import scipy.optimize
import scipy.special

from . import Declined, Peer, Result
from .linalg_linear_system import read

PROBLEM = "optim/smooth"


class MarginLoss:
    """The mean of phi_i(a_i x), and ridge / 2 |x|^2. `kind`, `design`, `targets`, `ridge`."""

    def __init__(self, instance):
        self.design = read(instance["design"])
        self.targets = instance["targets"]
        self.ridge = instance["ridge"]
        self.samples = len(self.targets)

    def both(self, x):
        values, slopes = self.margin(self.design @ x)
        value = values.sum() / self.samples + self.ridge / 2 * (x @ x)
        return value, self.design.T @ (slopes / self.samples) + self.ridge * x

    def product(self, x, v):
        weights = self.curvature(self.design @ x) / self.samples
        return self.design.T @ (weights * (self.design @ v)) + self.ridge * v

    def hessian(self, x):
        weights = self.curvature(self.design @ x)[:, None] / self.samples
        dense = self.design if isinstance(self.design, np.ndarray) else self.design.toarray()
        return dense.T @ (weights * dense) + self.ridge * np.eye(len(x))


class LeastSquares(MarginLoss):
    def margin(self, margins):
        residuals = margins - self.targets
        return residuals * residuals / 2, residuals

    def curvature(self, margins):
        return np.ones_like(margins)


class Logistic(MarginLoss):
    """Targets are labels 1 and -1."""

    def margin(self, margins):
        signed = self.targets * margins
        small = np.exp(-np.abs(signed))
        values = np.maximum(-signed, 0) + np.log1p(small)
        return values, -self.targets * np.where(signed > 0, small, 1) / (1 + small)

    def curvature(self, margins):
        small = np.exp(-np.abs(margins))
        return small / (1 + small) ** 2


class Softmax:
    """Mean multinomial loss; x has a vector of weights for every class. `design`, `targets`, `classes`, `ridge`."""

    def __init__(self, instance):
        self.design = read(instance["design"])
        self.labels = np.asarray(instance["targets"], dtype=int)
        self.shape = (instance["classes"], self.design.shape[1])
        self.ridge = instance["ridge"]
        self.samples = len(self.labels)
        self.rows = np.arange(self.samples)

    def scores(self, x):
        scores = self.design @ x.reshape(self.shape).T
        return scores - scores.max(axis=1, keepdims=True)

    def both(self, x):
        scores = self.scores(x)
        truth = scores[self.rows, self.labels]
        changes = np.exp(scores, out=scores)
        sums = changes.sum(axis=1)
        value = (np.log(sums) - truth).sum() / self.samples + self.ridge / 2 * (x @ x)
        changes /= sums[:, None]
        changes[self.rows, self.labels] -= 1
        return value, (changes.T @ self.design).ravel() / self.samples + self.ridge * x

    def probabilities(self, x):
        powers = np.exp(self.scores(x))
        return powers / powers.sum(axis=1, keepdims=True)

    def product(self, x, v):
        weights, along = self.probabilities(x), self.design @ v.reshape(self.shape).T
        along = weights * (along - (weights * along).sum(axis=1, keepdims=True))
        return (along.T @ self.design).ravel() / self.samples + self.ridge * v

    def hessian(self, x):
        if not isinstance(self.design, np.ndarray):
            raise Declined("Hessians of sparse softmax losses are not formed: take scipy/minimize-newton-cg")
        weights, (classes, features) = self.probabilities(x), self.shape
        out = np.empty((classes, features, classes, features))
        for k in range(classes):
            for m in range(classes):
                factors = weights[:, k] * ((k == m) - weights[:, m])
                out[k, :, m, :] = self.design.T @ (factors[:, None] * self.design) / self.samples
        return out.reshape(len(x), len(x)) + self.ridge * np.eye(len(x))


class Quadratic:
    """x'Ax/2 - b'x. `matrix`, A or its diagonal; `linear`, b, which may be missing."""

    def __init__(self, instance):
        matrix = instance["matrix"]
        self.diagonal = matrix if isinstance(matrix, np.ndarray) and matrix.ndim == 1 else None
        self.matrix = None if self.diagonal is not None else read(matrix)
        self.linear = instance.get("linear", 0)

    def product(self, _, v):
        return self.diagonal * v if self.diagonal is not None else self.matrix @ v

    def both(self, x):
        image = self.product(x, x)
        return x @ (image / 2 - self.linear), image - self.linear

    def hessian(self, _):
        if self.diagonal is not None:
            return np.diag(self.diagonal)
        return self.matrix if isinstance(self.matrix, np.ndarray) else self.matrix.toarray()


class LogSumExp:
    """mu log sum exp((Ax - b) / mu). `a`, `b`, `smoothing`."""

    def __init__(self, instance):
        self.a, self.b, self.smoothing = instance["a"], instance["b"], instance["smoothing"]

    def weights(self, x):
        scaled = (self.a @ x - self.b) / self.smoothing
        largest = scaled.max()
        powers = np.exp(scaled - largest)
        total = powers.sum()
        return self.smoothing * (largest + np.log(total)), powers / total

    def both(self, x):
        value, weights = self.weights(x)
        return value, self.a.T @ weights

    def product(self, x, v):
        _, weights = self.weights(x)
        along = self.a @ v
        return self.a.T @ (weights * (along - weights @ along)) / self.smoothing

    def hessian(self, x):
        _, weights = self.weights(x)
        slope = self.a.T @ weights
        return (self.a.T @ (weights[:, None] * self.a) - np.outer(slope, slope)) / self.smoothing


class LogBarrier:
    """- sum_i log(1 - a_i x), infinite where that is no number. `a`."""

    def __init__(self, instance):
        self.a = instance["a"]

    def both(self, x):
        room = 1 - self.a @ x
        if room.min() <= 0:
            return np.inf, np.zeros_like(x)
        return -np.log(room).sum(), self.a.T @ (1 / room)

    def product(self, x, v):
        return self.a.T @ ((self.a @ v) / (1 - self.a @ x) ** 2)

    def hessian(self, x):
        scaled = self.a / (1 - self.a @ x)[:, None]
        return scaled.T @ scaled


class Rosenbrock:
    """SciPy's own."""

    def __init__(self, _):
        pass

    def both(self, x):
        return scipy.optimize.rosen(x), scipy.optimize.rosen_der(x)

    def product(self, x, v):
        return scipy.optimize.rosen_hess_prod(x, v)

    def hessian(self, x):
        return scipy.optimize.rosen_hess(x)


KINDS = {
    "least-squares": LeastSquares,
    "logistic": Logistic,
    "softmax": Softmax,
    "quadratic": Quadratic,
    "log-sum-exp": LogSumExp,
    "log-barrier": LogBarrier,
    "rosenbrock": Rosenbrock,
}


class Reached(Exception):
    """The gradient is small enough."""


class Counted:
    """A function whose calls are counted, and which ends the run at a gradient that is small enough."""

    def __init__(self, function, initial, tolerance):
        self.function = function
        self.calls = {"value": 0, "gradient": 0, "hessianVector": 0, "hessian": 0}
        self.most = -1.0  # the square of the gradient's norm that is small enough; nothing yet
        self.x = initial
        self.value, gradient = self.both(initial)
        self.norm = np.sqrt(gradient @ gradient)
        self.most = (tolerance * min(1, self.norm)) ** 2
        # SciPy asks for the start again.
        self.calls.update(value=0, gradient=0)

    def both(self, x):
        self.calls["value"] += 1
        self.calls["gradient"] += 1
        value, gradient = self.function.both(x)
        square = gradient @ gradient
        if square <= self.most and np.isfinite(value):
            self.x, self.value, self.norm = x.copy(), value, np.sqrt(square)
            raise Reached
        return value, gradient

    def product(self, x, v):
        self.calls["hessianVector"] += 1
        return self.function.product(x, v)

    def hessian(self, x):
        self.calls["hessian"] += 1
        return self.function.hessian(x)

    def solution(self):
        return {
            "x": np.asarray(self.x),
            "value": float(self.value),
            "gradientNorm": float(self.norm),
            "evaluations": self.calls,
        }


def function_of(instance):
    kind = KINDS.get(instance["kind"])
    if kind is None:
        raise Declined(f"{instance['kind']} is not written in Python here; it is for {', '.join(KINDS)}")
    return kind(instance)


def method(name, limits, **functions):
    """A method of `minimize`; its own criteria are turned off."""

    def solve(instance, options, clock):
        f = Counted(function_of(instance), instance["initial"], options.get("tolerance", 1e-8))
        asked = {key: getattr(f, value) for key, value in functions.items()}
        most = options.get("maxIterations", 10_000)
        iterations = [0]

        def count(xk):
            iterations[0] += 1

        settings = {**limits, "maxiter": most}
        try:
            with clock, np.errstate(all="ignore"):
                found = scipy.optimize.minimize(
                    f.both, instance["initial"], jac=True, method=name, callback=count, options=settings, **asked
                )
        except Reached:
            # The step that reached it is one more than was told.
            return Result(f.solution(), "converged", "the gradient is small enough", iterations[0] + 1)
        gradient = np.asarray(f.function.both(found.x)[1])
        f.x, f.value, f.norm = found.x, found.fun, np.sqrt(gradient @ gradient)
        status = "iteration-limit" if iterations[0] >= most else "stalled"
        return Result(f.solution(), status, str(found.message), iterations[0])

    return solve


def peer(name, limits, **functions):
    return Peer(f"SciPy: minimize, {name}", PROBLEM, "scipy", method(name, limits, **functions))


SOLVERS = {
    "scipy/minimize-l-bfgs-b": peer("L-BFGS-B", {"gtol": 0, "ftol": 0, "maxfun": 10**9}),
    "scipy/minimize-cg": peer("CG", {"gtol": 0}),
    "scipy/minimize-newton-cg": peer("Newton-CG", {"xtol": 0}, hessp="product"),
    "scipy/minimize-trust-exact": peer("trust-exact", {"gtol": 0}, hess="hessian"),
}
