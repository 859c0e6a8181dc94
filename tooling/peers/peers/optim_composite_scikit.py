"""Peers for `optim/composite`: scikit-learn. Optional; absent unless requirements-scikit.txt is installed.

Instance and solution as in `optim_composite`. Options: `tolerance` and `maxIterations`. For Lasso the tolerance is `tol`,
the dual gap over |y|^2; for LogisticRegression liblinear's own `tol`.
"""

import warnings

import numpy as np
import scipy.sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, LogisticRegression

from . import Declined, Peer, Result
from .linalg_linear_system import read
from .optim_composite import PROBLEM, terms_of


def columns_first(design):
    """The order that coordinate descent reads; the copy is not counted."""
    return scipy.sparse.csc_matrix(design) if scipy.sparse.issparse(design) else np.asfortranarray(design)


def fitted(model, design, targets, clock):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        with clock:
            model.fit(design, targets)
    limited = np.max(model.n_iter_) >= model.max_iter
    status = "iteration-limit" if limited else "converged"
    return Result({"x": np.ravel(model.coef_).astype(float)}, status, "its own criterion", int(np.max(model.n_iter_)))


def lasso(instance, options, clock):
    l1, lower, upper = terms_of(instance)
    if instance["kind"] != "least-squares" or l1 == 0 or lower not in (-np.inf, 0) or upper != np.inf:
        raise Declined("Lasso is for least squares with an l1 term, free or with x >= 0")
    design = columns_first(read(instance["design"]))
    model = Lasso(
        alpha=l1,
        fit_intercept=False,
        positive=bool(lower == 0),
        tol=options.get("tolerance", 1e-6),
        max_iter=options.get("maxIterations", 10_000),
    )
    return fitted(model, design, instance["targets"], clock)


def logistic_regression(instance, options, clock):
    l1, lower, upper = terms_of(instance)
    if instance["kind"] != "logistic" or l1 == 0 or lower != -np.inf or upper != np.inf:
        raise Declined("liblinear is for logistic losses with an l1 term and no bounds")
    model = LogisticRegression(
        C=1 / (l1 * len(instance["targets"])),
        l1_ratio=1,
        solver="liblinear",
        fit_intercept=False,
        tol=options.get("tolerance", 1e-6),
        max_iter=options.get("maxIterations", 10_000),
    )
    return fitted(model, read(instance["design"]), instance["targets"], clock)


SOLVERS = {
    "scikit-learn/lasso": Peer("scikit-learn: Lasso", PROBLEM, "scikit-learn", lasso),
    "scikit-learn/logistic-regression-l1": Peer(
        "scikit-learn: LogisticRegression, liblinear", PROBLEM, "scikit-learn", logistic_regression
    ),
}
