"""Peers for `learn/separable-classification`: scikit-learn's perceptron, liblinear and libsvm.

Instance: `points`, dense or with `rows`, `cols`, `rowPointers`, `columnIndices` and `values`; `labels`, 1 or -1; `fitIntercept`.
Solution: `weights`, `intercept`, `updates`, passes over the points where the package counts them, and `errors` and margins of the
plane. A soft margin of weight C does not promise to separate; C = 1e6 here. Options: `maxIterations`.
"""

import warnings

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.svm import SVC, LinearSVC

from . import Declined, Peer, Result

PROBLEM = "learn/separable-classification"
HARD = 1e6


def read(points):
    if isinstance(points, np.ndarray):
        return points
    parts = (points["values"], points["columnIndices"], points["rowPointers"])
    return scipy.sparse.csr_matrix(parts, shape=(points["rows"], points["cols"]))


def fit(make, needs_intercept=False):
    def run(instance, options, clock):
        if needs_intercept and not instance["fitIntercept"]:
            raise Declined("libsvm always fits an intercept; take scikit-learn/linear-svc")
        points, labels = read(instance["points"]), instance["labels"].astype(float)
        if len(np.unique(labels)) < 2:
            points, labels = mirrored(points, labels, instance["fitIntercept"])
        model = make(instance["fitIntercept"], int(options.get("maxIterations", 100_000)))
        with warnings.catch_warnings(), clock:
            warnings.simplefilter("ignore")
            model.fit(points, labels)
        weights = np.asarray(model.coef_.todense() if scipy.sparse.issparse(model.coef_) else model.coef_).ravel()
        intercept = float(np.ravel(model.intercept_)[0]) if instance["fitIntercept"] else 0.0
        iterations = int(np.max(model.n_iter_))
        return planed(points, labels, weights.astype(float), intercept, iterations)

    return run


def mirrored(points, labels, fits_intercept):
    """Two classes out of one: a plane through the origin has x and -x on different sides."""
    if fits_intercept or len(labels) < 2:
        raise Declined("scikit-learn asks for two classes")
    signs = np.where(np.arange(len(labels)) % 2, -1.0, 1.0)
    return (scipy.sparse.diags(signs) @ points if scipy.sparse.issparse(points) else signs[:, None] * points), signs * labels


def planed(points, labels, weights, intercept, iterations):
    margins = labels * (points @ weights + intercept)
    errors = int((~(margins > 0)).sum())
    length = float(np.sqrt(weights @ weights + intercept**2)) or 1.0
    geometric = float(np.linalg.norm(weights)) or 1.0
    solution = {
        "weights": weights,
        "intercept": intercept,
        "updates": iterations,
        "errors": errors,
        "margin": float(margins.min()) / length,
        "geometricMargin": float(margins.min()) / geometric,
    }
    status, reason = ("converged", "no errors") if errors == 0 else ("stalled", f"it ended with {errors} errors")
    return Result(solution, status, reason, iterations)


SOLVERS = {
    "scikit-learn/perceptron": Peer(
        "scikit-learn: Perceptron",
        PROBLEM,
        "scikit-learn",
        fit(lambda intercept, _: Perceptron(fit_intercept=intercept, random_state=0)),
    ),
    "scikit-learn/linear-svc": Peer(
        "scikit-learn: LinearSVC (liblinear)",
        PROBLEM,
        "scikit-learn",
        fit(
            lambda intercept, most: LinearSVC(
                C=HARD, loss="hinge", fit_intercept=intercept, max_iter=most, random_state=0
            )
        ),
    ),
    "scikit-learn/svc": Peer(
        "scikit-learn: SVC (libsvm)",
        PROBLEM,
        "scikit-learn",
        fit(lambda _, most: SVC(C=HARD, kernel="linear", max_iter=most), needs_intercept=True),
    ),
    "scikit-learn/logistic-regression": Peer(
        "scikit-learn: LogisticRegression, L-BFGS",
        PROBLEM,
        "scikit-learn",
        fit(lambda intercept, most: LogisticRegression(C=HARD, fit_intercept=intercept, max_iter=most)),
    ),
}
