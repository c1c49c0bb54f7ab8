"""Makes ter.json: corpus TER and its bootstrapped standard error, by sacreBLEU's own code.

    python3 make_ter_golden.py LIB_TER > ter.json

LIB_TER is the folder with sacrebleu/metrics/lib_ter.py of github.com/mjpost/sacrebleu at
f615c7286d4d813370efb824d94fc2bfcd3a6b94 (Apache-2.0). Preparation and sum are those of sacrebleu/metrics/ter.py with its defaults
(lower case, no normalization); the bootstrap is that of lm-evaluation-harness 0.4 (random.Random(0), 100 resamples).
"""
import json
import random
import sys

sys.path.insert(0, sys.argv[1])
from lib_ter import translation_edit_rate  # noqa: E402


def words(text):
    return text.rstrip().lower().split()


def stats(row):
    refs = [words(reference) for reference in row["references"]]
    found = [translation_edit_rate(words(row["prediction"]), ref) for ref in refs]
    return min(edits for edits, _ in found), sum(length for _, length in found) / len(refs)


def score(rows):
    edits, length = sum(e for e, _ in rows), sum(n for _, n in rows)
    return 100 * (edits / length if length > 0 else 1.0 if edits > 0 else 0.0)


def deviation(values):
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5


def sentence(rng, vocabulary, low, high):
    return [rng.choice(vocabulary) for _ in range(rng.randint(low, high))]


def disturbed(rng, text, vocabulary):
    out = list(text)
    for _ in range(rng.randint(0, 4)):
        kind = rng.randrange(4)
        at = rng.randrange(len(out) + 1)
        if kind == 0:
            out.insert(at, rng.choice(vocabulary))
        elif kind == 1 and out:
            out.pop(rng.randrange(len(out)))
        elif kind == 2 and out:
            out[rng.randrange(len(out))] = rng.choice(vocabulary)
        elif len(out) > 3:
            start = rng.randrange(len(out) - 2)
            length = rng.randint(1, min(5, len(out) - start - 1))
            moved, out = out[start:start + length], out[:start] + out[start + length:]
            to = rng.randrange(len(out) + 1)
            out = out[:to] + moved + out[to:]
    return out


def rows(rng, count, low, high, references, size):
    vocabulary = [f"Word{i}" if i % 3 else f"word{i}" for i in range(size)] + ["É", "the", "a"]
    made = []
    for _ in range(count):
        text = sentence(rng, vocabulary, low, high)
        made.append({"prediction": " ".join(disturbed(rng, text, vocabulary)), "references": [" ".join(disturbed(rng, text, vocabulary) if i else text) for i in range(references)]})
    return made


def main():
    rng = random.Random(20261128)
    sets = [
        rows(rng, 40, 3, 25, 1, 30),
        rows(rng, 12, 5, 15, 3, 8),  # few different words: many shifts are possible
        rows(rng, 3, 60, 120, 1, 40),  # wider than the beam
        [
            {"prediction": "", "references": ["a b c"]},
            {"prediction": "a b c", "references": [""]},
            {"prediction": "  The CAT  sat ", "references": ["the cat sat"]},
            {"prediction": "d e f a b c", "references": ["a b c d e f"]},
            {"prediction": "x", "references": [" ".join(f"w{i}" for i in range(80))]},
            {"prediction": " ".join(f"w{i}" for i in range(80)), "references": ["w3"]},
        ],
    ]
    out = []
    for each in sets:
        counted = [stats(row) for row in each]
        draw = random.Random(0)
        resamples = [score(draw.choices(counted, k=len(counted))) for _ in range(100)]
        out.append({"rows": each, "value": score(counted), "stderr": deviation(resamples)})
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
    print()


main()
