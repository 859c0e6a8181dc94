"""Peers of separable.bench.ts: processor milliseconds until a plane has no error, in each package's fastest setting that gets there."""

import json
import sys
import time

import numpy as np
from sklearn.linear_model import Perceptron
from sklearn.svm import SVC, LinearSVC


def median_time(fit, x, y, rounds):
    times, errors = [], None
    for _ in range(rounds + 1):
        start = time.process_time()
        model = fit(x, y)
        times.append(time.process_time() - start)
        errors = int(np.sum(np.sign(model.decision_function(x)) != y))
    return 1000 * float(np.median(times[1:])), errors


def candidates():
    yield "Perceptron()", lambda x, y: Perceptron().fit(x, y)
    for c in [1, 100, 1e4]:
        yield f"LinearSVC(C={c:g})", lambda x, y, c=c: LinearSVC(C=c, dual=True, max_iter=10_000).fit(x, y)
        yield f"SVC(linear, C={c:g})", lambda x, y, c=c: SVC(kernel="linear", C=c).fit(x, y)


def main():
    spec = json.load(sys.stdin)
    x = np.fromfile(spec["place"] + ".points").reshape(spec["rows"], -1)
    y = np.fromfile(spec["place"] + ".labels")
    results = []
    for name, fit in candidates():
        milliseconds, errors = median_time(fit, x, y, spec["rounds"])
        results.append({"name": name, "milliseconds": milliseconds, "errors": errors})
    print(json.dumps(results))


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main()
