"""Writes src/fixtures from the packages that ship the originals, and checks their hashes.

Run: python3 scripts/make_fixtures.py (needs apt-get and dpkg-deb)
"""

import base64
import gzip
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "src" / "fixtures"

# name: (package, file inside the package, SHA-256 of the unpacked file)
ORIGINALS = {
    "lambda-phage": (
        "bowtie2-examples",
        "usr/share/doc/bowtie2/examples/reference/lambda_virus.fa.gz",
        "0a04f81952deb68c204e8ae67e0573cb97d348f18ab1b527630d57c294028cf5",
    ),
    "us-constitution": (
        "miscfiles",
        "usr/share/state/us-constitution.gz",
        "e398fe77f26f1ba6ea7ccc6e6f0b0c91c6de08ec7f1e5efa6be60dd39ccce4e6",
    ),
}


def original(name, folder):
    package, path, digest = ORIGINALS[name]
    subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
    (deb,) = Path(folder).glob(f"{package}_*.deb")
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
    content = gzip.decompress((Path(folder) / path).read_bytes())
    if hashlib.sha256(content).hexdigest() != digest:
        raise SystemExit(f"{path} has changed")
    return content.decode("ascii")


def write(name, constants):
    lines = [f"// Made by scripts/make_fixtures.py; its source and licence are in data-licenses/{name}.md."]
    lines += [f"export const {key} = {json.dumps(value)};" for key, value in constants.items()]
    (FIXTURES / f"{name}.ts").write_text("\n".join(lines) + "\n")


def packed(bases):
    """Four bases a byte, the first in the lowest bits."""
    codes = ["ACGT".index(base) for base in bases] + [0] * (-len(bases) % 4)
    quads = (codes[i : i + 4] for i in range(0, len(codes), 4))
    return base64.b64encode(bytes(a | b << 2 | c << 4 | d << 6 for a, b, c, d in quads)).decode()


with tempfile.TemporaryDirectory() as folder:
    FIXTURES.mkdir(exist_ok=True)
    genome = "".join(original("lambda-phage", folder).splitlines()[1:])
    write("lambda-phage", {"bases": len(genome), "packed": packed(genome)})
    write("us-constitution", {"text": original("us-constitution", folder)})
