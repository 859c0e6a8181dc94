"""Peers for `optim/composite`: SciPy's methods for bounds and non-negative least squares.

Instance: `kind`, what that loss is made of, a mean over the samples (see KINDS), `l1`, `lower` and `upper`. Solution: `x`.
Options: `tolerance` and `maxIterations`. With `minimize` the tolerance times the stationarity of the start is `gtol`, the
largest component of the projected gradient; an l1 term where x may have either sign takes two variables for each one. For
`lsq_linear` it is `tol`; `nnls` is exact but for rounding.
"""

import numpy as np
import scipy.optimize
import scipy.sparse

from . import Declined, Peer, Result
from .linalg_linear_system import read
from .optim_smooth import LeastSquares, Logistic, Quadratic, Softmax

PROBLEM = "optim/composite"


class FeaturesFirst(Softmax):
    """Here variable f K + c is the weight of feature f for class c."""

    def both(self, x):
        value, gradient = super().both(x.reshape(self.shape[::-1]).T.ravel())
        return value, gradient.reshape(self.shape).T.ravel()


KINDS = {
    "least-squares": lambda instance: LeastSquares({**instance, "ridge": 0}),
    "logistic": lambda instance: Logistic({**instance, "ridge": 0}),
    "softmax": lambda instance: FeaturesFirst({**instance, "ridge": 0}),
    "quadratic": Quadratic,
}


def dimension_of(instance):
    if instance["kind"] == "quadratic":
        return len(instance["linear"])
    design = instance["design"]
    columns = design.shape[1] if isinstance(design, np.ndarray) else design["cols"]
    return columns * instance.get("classes", 1)


def terms_of(instance):
    """l1, lower, upper."""
    return instance.get("l1", 0), instance.get("lower", -np.inf), instance.get("upper", np.inf)


def start_of(instance, lower, upper):
    initial = instance.get("initial")
    return np.clip(np.zeros(dimension_of(instance)) if initial is None else initial, lower, upper)


def lbfgsb(instance, options, clock):
    f = KINDS[instance["kind"]](instance)
    l1, lower, upper = terms_of(instance)
    start = start_of(instance, lower, upper)
    split = l1 > 0 and lower < 0 < upper
    n = len(start)

    slope = l1 if lower >= 0 else -l1

    def one_sign(x):
        value, gradient = f.both(x)
        return value + slope * x.sum(), gradient + slope

    def halves(z):
        value, gradient = f.both(z[:n] - z[n:])
        return value + l1 * z.sum(), np.concatenate((gradient + l1, l1 - gradient))

    if split:
        bounds = [(0, upper)] * n + [(0, -lower)] * n
        function, z = halves, np.concatenate((np.maximum(start, 0), np.maximum(-start, 0)))
    else:
        bounds, function, z = [(lower, upper)] * n, one_sign, start
    gradient = function(z)[1]
    low, high = np.array(bounds, dtype=float).T
    stationarity = np.abs(np.clip(z - gradient, low, high) - z).max()
    most = options.get("maxIterations", 10_000)
    settings = {
        "gtol": options.get("tolerance", 1e-6) * stationarity,
        "ftol": 0,
        "maxiter": most,
        "maxfun": 10**9,
    }
    with clock:
        found = scipy.optimize.minimize(function, z, jac=True, method="L-BFGS-B", bounds=bounds, options=settings)
    x = found.x[:n] - found.x[n:] if split else found.x
    status = "converged" if found.success else "iteration-limit" if found.nit >= most else "stalled"
    return Result({"x": x}, status, f"{found.message}; {found.nfev} values with gradients", int(found.nit))


def nnls(instance, options, clock):
    l1, lower, upper = terms_of(instance)
    if instance["kind"] != "least-squares" or l1 or lower != 0 or upper != np.inf:
        raise Declined("nnls is for least squares with x >= 0 and no l1 term")
    design = read(instance["design"])
    if scipy.sparse.issparse(design):
        design = design.toarray()
    with clock:
        x, _ = scipy.optimize.nnls(design, instance["targets"])
    return Result({"x": x}, "converged", "an active set without further descent")


def lsq_linear(instance, options, clock):
    l1, lower, upper = terms_of(instance)
    if instance["kind"] != "least-squares" or l1:
        raise Declined("lsq_linear is for least squares without an l1 term")
    design = read(instance["design"])
    most = options.get("maxIterations", 10_000)
    with clock:
        found = scipy.optimize.lsq_linear(
            design,
            instance["targets"],
            (lower, upper),
            tol=options.get("tolerance", 1e-6),
            lsmr_tol="auto" if scipy.sparse.issparse(design) else None,
            max_iter=most,
        )
    status = "converged" if found.success else "iteration-limit"
    return Result({"x": np.clip(found.x, lower, upper)}, status, found.message, int(found.nit))


SOLVERS = {
    "scipy/minimize-bounded": Peer("SciPy: minimize, L-BFGS-B with bounds", PROBLEM, "scipy", lbfgsb),
    "scipy/nnls": Peer("SciPy: nnls", PROBLEM, "scipy", nnls),
    "scipy/lsq-linear": Peer("SciPy: lsq_linear", PROBLEM, "scipy", lsq_linear),
}
