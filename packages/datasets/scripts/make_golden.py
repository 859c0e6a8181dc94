"""Writes ../src/fixtures/golden.json, what the loaders must give: python make_golden.py [FOLDER FOR PACKAGES]

Shares no reader with make_fixtures.py: scikit-learn's own loaders, PIL's cropping, the json module; and no decoder with
the library.
"""

import hashlib
import io
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_sample_image

from originals import original

GOLDEN = Path(__file__).resolve().parent.parent / "src" / "fixtures" / "golden.json"


def summary(matrix, labels=None):
    matrix = np.ascontiguousarray(matrix, dtype="<f8")
    found = {
        "rows": matrix.shape[0],
        "cols": matrix.shape[1],
        "sum": float(matrix.sum()),
        "min": float(matrix.min()),
        "max": float(matrix.max()),
        "firstRow": matrix[0].tolist()[:64],
        "sha256": hashlib.sha256(matrix.tobytes()).hexdigest(),
    }
    if labels is not None:
        found["classCounts"] = np.bincount(labels).tolist()
        found["labelsSha256"] = hashlib.sha256(labels.astype("u1").tobytes()).hexdigest()
    return found


def digits_28(packages):
    sheet = Image.open(io.BytesIO(original("digits-28", packages))).convert("L")
    labels = np.repeat(np.arange(10), 20)
    images = []
    for digit in range(10):
        for column in range(20):
            left, top = 20 * column, 100 * digit
            page = Image.new("L", (28, 28))
            page.paste(sheet.crop((left, top, left + 20, top + 20)), (4, 4))
            images.append(np.asarray(page).ravel())
    return summary(np.array(images), labels)


def photograph(name):
    image = load_sample_image(f"{name}.jpg").astype(int)
    sums = sum(image[i:425:5, j::5] for i in range(5) for j in range(5))
    return summary(((2 * sums + 25) // 50).reshape(-1, 3))


def earthquakes(packages):
    events = json.loads(original("earthquakes", packages))["features"]
    rows = []
    for event in events:
        longitude, latitude, depth = event["geometry"]["coordinates"]
        rows.append([round(longitude, 4), round(latitude, 4), round(depth, 2), round(event["properties"]["mag"], 2)])
    table = np.array(rows)
    return {**summary(table[:, :3]), "magnitudes": summary(table[:, 3:])}


def hamlet(packages):
    """Codes of the characters, a row each."""
    return summary(np.frombuffer(original("hamlet", packages), dtype="u1").reshape(-1, 1))


def main(packages):
    cancer, digits, iris = load_breast_cancer(), load_digits(), load_iris()
    golden = {
        "breast-cancer": summary(cancer.data, cancer.target),
        "china": photograph("china"),
        "digits": summary(digits.data, digits.target),
        "digits-28": digits_28(packages),
        "earthquakes": earthquakes(packages),
        "flower": photograph("flower"),
        "hamlet": hamlet(packages),
        "iris": summary(iris.data, iris.target),
    }
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
