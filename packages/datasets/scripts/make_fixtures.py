"""Writes ../src/fixtures/*.ts from the original files: python make_fixtures.py [FOLDER FOR PACKAGES]"""

import base64
import csv
import io
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from originals import original

FIXTURES = Path(__file__).resolve().parent.parent / "src" / "fixtures"


def breast_cancer(content):
    """Every column in units of its last decimal, as 32-bit integers, column by column."""
    rows = list(csv.reader(io.StringIO(content.decode())))[1:]
    columns = list(zip(*rows))[:-1]
    decimals = [max(len(entry.partition(".")[2]) for entry in column) for column in columns]
    integers = [[round(float(entry) * 10**digits) for entry in column] for column, digits in zip(columns, decimals)]
    return {
        "decimals": decimals,
        "columns": in_base64(np.array(integers, dtype="<i4")),
        "labels": "".join(row[-1] for row in rows),
    }


def digits(content):
    """One character an entry, code 48 + value: shorter than base64, and it compresses better."""
    rows = [[int(float(entry)) for entry in row] for row in csv.reader(io.StringIO(content.decode()))]
    return {
        "images": "".join(chr(48 + value) for row in rows for value in row[:-1]),
        "labels": "".join(chr(48 + row[-1]) for row in rows),
    }


def digits_28(content):
    """The first 20 of every class, 20 x 20; the loader adds the margin."""
    sheet = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    cells = sheet.reshape(50, 20, 100, 20).transpose(0, 2, 1, 3)
    return {"images": in_base64(cells[0::5, :20].astype("u1"))}


def iris(content):
    """Lengths in millimetres: the table has one decimal of a centimetre."""
    rows = list(csv.reader(io.StringIO(content.decode())))[1:]
    return {
        "millimetres": [round(10 * float(entry)) for row in rows for entry in row[:4]],
        "labels": "".join(row[4] for row in rows),
    }


def photograph(content):
    """640 x 427 to 128 x 85 pixels: the means of 5 x 5 blocks; the last two lines are cut off."""
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=float)
    means = pixels[:425].reshape(85, 5, 128, 5, 3).mean(axis=(1, 3))
    return {"pixels": in_base64(np.floor(means + 0.5).astype("u1"))}


def earthquakes(content):
    """Positions in 1e-4 degrees, depths in 10 m, magnitudes in hundredths."""
    events = json.loads(content)["features"]
    places = np.array([event["geometry"]["coordinates"] for event in events])
    magnitudes = np.array([event["properties"]["mag"] for event in events])
    return {
        "places": in_base64(np.round(places * [1e4, 1e4, 1e2]).astype("<i4")),
        "magnitudes": in_base64(np.round(magnitudes * 1e2).astype("<i2")),
    }


def hamlet(content):
    """The text as it is: ASCII."""
    return {"text": content.decode("ascii")}


def in_base64(array):
    return base64.b64encode(array.tobytes()).decode()


def main(packages):
    makers = {
        "breast-cancer": breast_cancer,
        "china": photograph,
        "digits": digits,
        "digits-28": digits_28,
        "earthquakes": earthquakes,
        "flower": photograph,
        "hamlet": hamlet,
        "iris": iris,
    }
    for name, make in makers.items():
        lines = [f"// Made by scripts/make_fixtures.py; its source and licence are in licenses/{name}.md."]
        for key, value in make(original(name, packages)).items():
            lines.append(f"export const {key} = {json.dumps(value, separators=(',', ':'))};")
        path = FIXTURES / f"{name}.ts"
        path.write_text("\n".join(lines) + "\n")
        print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
