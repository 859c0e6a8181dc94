"""scikit-learn's LogisticRegression on the data that `classifiers.bench.ts FOLDER` writes: least processor time of five runs.

    python -m pip install scikit-learn==1.9.1 && OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python packages/learn/bench/sklearn_classifiers.py FOLDER
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])


def measure(name, x, y):
    least = np.inf
    for _ in range(6):
        start = time.process_time()
        model = LogisticRegression(max_iter=10_000).fit(x, y)
        least = min(least, time.process_time() - start)
    chances = model.predict_proba(x)
    loss = -np.log(chances[np.arange(len(y)), np.searchsorted(model.classes_, y)]).sum()
    print(f"{name}: {least:.4f} s, {model.n_iter_[0]} iterations, loss {loss:.4f}, score {model.score(x, y):.4f}")


def read(name, kind):
    return np.fromfile(folder / name, dtype=kind)


drawn = read("overlap.bin", np.float64)
values, columns, starts = read("sv.bin", np.float64), read("si.bin", np.int32), read("sp.bin", np.int32)
tumours, digits = load_breast_cancer(return_X_y=True), load_digits(return_X_y=True)
measure("tumours, scaled", StandardScaler().fit_transform(tumours[0]), tumours[1])
measure("digits, scaled", StandardScaler().fit_transform(digits[0]), digits[1])
measure("tumours, as they are", *tumours)
measure("digits, as they are", *digits)
measure("10 000 x 20, five classes, as they are", drawn[:200_000].reshape(10_000, 20), drawn[200_000:])
measure("100 000 x 50, sparse, as they are", csr_matrix((values, columns, starts), shape=(100_000, 50)), read("sy.bin", np.float64))
