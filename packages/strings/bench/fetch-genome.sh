#!/bin/sh
# Fetches the genome of Chlamydia trachomatis (1 042 519 bases) from the Debian package r-cran-seqinr (GPL-2+) into
# bench/data, which git ignores, and checks its hash.
set -eu
cd "$(dirname "$0")"
mkdir -p data
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && apt-get download r-cran-seqinr && dpkg-deb -x r-cran-seqinr_*.deb .)
find "$folder" -name 'ct.fasta.gz' -exec cp {} data/ct.fasta.gz \;
gunzip -c data/ct.fasta.gz | sha256sum | grep -q 71907d2446e722fbe8aac4f0d8a2ae043421f92bae15207d75f2dd6138afff46 || { echo "the genome has changed" >&2; exit 1; }
