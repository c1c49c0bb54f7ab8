#!/bin/bash
# eval_compare.sh MODEL DATASET CANDIDATE CHAMPION [ROUNDS]
# Base, candidate and champion together here, and one after the other with transformers, by turns; prints medians of processor
# seconds and of wall seconds, and their ratios. PYTHON names how python3 with torch and transformers is called; where it has no
# peft, MERGED_CANDIDATE and MERGED_CHAMPION name folders of `loramesh model merge`, which transformers runs without an adapter's cost.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
model=$1 dataset=$2 candidate=$3 champion=$4 rounds=${5:-3}
own=${OWN:-dotnet run -c Release --no-build --project $here --}
python=${PYTHON:-python3}
by_candidate=("$model" "$dataset" "$candidate")
by_champion=("$model" "$dataset" "$champion")
[ -z "${MERGED_CANDIDATE-}" ] || by_candidate=("$MERGED_CANDIDATE" "$dataset")
[ -z "${MERGED_CHAMPION-}" ] || by_champion=("$MERGED_CHAMPION" "$dataset")
results=$(mktemp)
for _ in $(seq "$rounds"); do
    echo "together $($own eval "$model" "$dataset" "$candidate" "$champion" | tail -1)" >> "$results"
    echo "alone $($own eval "$model" "$dataset" | tail -1)" >> "$results"
    echo "reference-base $($python "$here/eval_reference.py" "$model" "$dataset" | tail -1)" >> "$results"
    echo "reference-candidate $($python "$here/eval_reference.py" "${by_candidate[@]}" | tail -1)" >> "$results"
    echo "reference-champion $($python "$here/eval_reference.py" "${by_champion[@]}" | tail -1)" >> "$results"
done
cat "$results"
python3 - "$results" <<'P'
import json, statistics, sys
runs = {}
for line in open(sys.argv[1]):
    name, found = line.split(" ", 1)
    runs.setdefault(name, []).append(json.loads(found))
def median(name, key):
    return statistics.median(run[key] for run in runs[name])
for key in ("seconds", "cpu_seconds"):
    three = sum(median(name, key) for name in runs if name.startswith("reference"))
    print(f"{key}: together {median('together', key):.2f}, three with transformers {three:.2f}, ratio {three / median('together', key):.2f}")
print(f"peak: together {median('together', 'peak_mib')} MiB, alone {median('alone', 'peak_mib')} MiB, ratio {median('together', 'peak_mib') / median('alone', 'peak_mib'):.2f}")
P
rm "$results"
