"""Writes metrics.json beside itself: rows, and the figures that the reference implementations compute of them.

Usage: make_golden.py HARNESS SACREBLEU ROUGE: folders with the sources of lm-evaluation-harness (its lm_eval/api/metrics.py is
run as it stands, its process_results by the same numpy calls), of sacreBLEU, and of Google's rouge_scorer.py. scikit-learn was
not at hand: f1 and mcc are held to cases worked out by hand in the tests.
"""
import collections, importlib.util, json, os, pathlib, re, string, sys, types
import numpy as np

harness, sacre, rouge_folder = sys.argv[1:]
os.environ["DISABLE_MULTIPROC"] = "1"
for name in ("portalocker", "colorama", "lxml", "lxml.etree", "nltk", "nltk.stem", "nltk.stem.porter", "six", "six.moves", "tabulate"):
    module = types.ModuleType(name)
    module.__getattr__ = lambda attribute: (lambda *a, **k: None)
    sys.modules[name] = module
sys.modules["six"].ensure_str, sys.modules["six"].iterkeys = str, iter
sys.modules["six.moves"].map, sys.modules["six.moves"].range = map, range
registry = types.ModuleType("lm_eval.api.registry")
registry.register_aggregation = registry.register_metric = lambda *a, **k: (lambda function: function)
sys.modules["lm_eval.api.registry"] = registry
sys.path.insert(0, sacre)
scoring = types.ModuleType("rouge.scoring")
scoring.BaseScorer = object
scoring.Score = collections.namedtuple("Score", "precision recall fmeasure")
scoring.fmeasure = lambda p, r: 2 * p * r / (p + r) if p + r > 0 else 0.0
tokenize = types.ModuleType("rouge.tokenize")
tokenize.tokenize = lambda text, stemmer: [t for t in re.split(r"\s+", re.sub(r"[^a-z0-9]+", " ", text.lower())) if re.match(r"^[a-z0-9]+$", t)]
package = types.ModuleType("rouge")
package.scoring, package.tokenize = scoring, tokenize
sys.modules.update({"rouge": package, "rouge.scoring": scoring, "rouge.tokenize": tokenize})


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


metrics = load("metrics", pathlib.Path(harness) / "lm_eval" / "api" / "metrics.py")
rouge = load("rouge_scorer", pathlib.Path(rouge_folder) / "rouge_scorer.py")
chance = np.random.default_rng(7)
WORDS = ["the", "a", "an", "cat", "Cat's", "sat", "on", "mat", "mat.", "U.S.", "3.14", "1,000", "3-4", "e-mail", "ÉTÉ", "été", "İstanbul", "ΟΔΟΣ",
         "ΣΑΣ!", "猫", "👍", "(hi)", "&amp;", "&quot;", "x_y", "its", "quick", "brown", "fox", "42", "$5", "end"]


def sentence(low, high):
    return " ".join(chance.choice(WORDS, int(chance.integers(low, high))))


def variation(text):
    words = [chance.choice(WORDS) if chance.random() < .25 else word for word in text.split(" ")]
    return " ".join(word for word in words if chance.random() > .1)


def restyled(text):
    return chance.choice([text.upper(), text + " 77!", "The " + text, text.replace("the ", ""), "$quick " + text])


def answers(count, references):
    rows = []
    for _ in range(count):
        gold = [sentence(1, 16) for _ in range(references)]
        rows.append({"prediction": str(chance.choice([variation(gold[0]), restyled(gold[0]), gold[-1]], p=[.6, .3, .1])), "references": gold})
    rows.append({"prediction": "", "references": [sentence(2, 5) for _ in range(references)]})
    rows.append({"prediction": "One line here.\n  Two\u00a0lines; here.-\nThree\x1d end ", "references": ["Two lines here.\nOne line there.\n\nThree ends"] * references})
    return rows


def squad(text):
    text = "".join(ch for ch in text.lower() if ch not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def squad_f1(answer, gold):
    a, g = squad(answer).split(), squad(gold).split()
    if not a or not g:
        return int(a == g)
    same = sum((collections.Counter(a) & collections.Counter(g)).values())
    return 0 if same == 0 else 2 * (same / len(a)) * (same / len(g)) / (same / len(a) + same / len(g))


def mean(scores):
    return {"value": float(metrics.mean(scores)), "stderr": float(metrics.mean_stderr(scores))}


def of_answers(rows):
    out = {}
    for name, rules in {"exact_match": {}, "exact_match_loose": dict(regexes_to_ignore=[r"\$", "quick "], ignore_case=True, ignore_punctuation=True, ignore_numbers=True)}.items():
        out[name] = mean([1.0 if max(metrics.exact_match_hf_evaluate([r["prediction"]], [g], **rules)["exact_match"] for g in r["references"]) > 0 else 0.0 for r in rows])
    out["f1"] = mean([max(squad_f1(r["prediction"], g) for g in r["references"]) for r in rows])
    out["squad_em"] = mean([max(float(squad(r["prediction"]) == squad(g)) for g in r["references"]) for r in rows])
    kinds = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    scorer = rouge.RougeScorer(kinds)
    for kind in kinds:
        out[kind] = mean([max(scorer.score(g, r["prediction"])[kind].fmeasure for g in r["references"]) for r in rows])
    pairs = [(r["references"], r["prediction"]) for r in rows]
    for name in ("bleu", "chrf"):
        function = getattr(metrics, name)
        out[name] = {"value": function(pairs), "stderr": metrics.bootstrap_stderr(function, pairs, 100)}
    return out


def choices(count):
    rows = []
    for _ in range(count):
        texts = [sentence(1, 5) for _ in range(int(chance.integers(2, 5)))]
        lls = [-float(chance.random() * len(text)) for text in texts]
        if chance.random() < .2:
            lls[1] = lls[0]
        rows.append({"choices": texts, "loglikelihoods": lls, "unconditional_loglikelihoods": [-float(chance.random() * 20) for _ in texts],
                     "is_greedy": [bool(chance.random() < .3) for _ in texts], "gold": int(chance.integers(0, len(texts)))})
    return rows


def of_choices(rows):
    hits = collections.defaultdict(list)
    for r in rows:
        lls, gold = r["loglikelihoods"], r["gold"]
        hits["acc"].append(1.0 if np.argmax(lls) == gold else 0.0)
        hits["acc_norm"].append(1.0 if np.argmax(lls / np.array([float(len(c)) for c in r["choices"]])) == gold else 0.0)
        hits["acc_bytes"].append(1.0 if np.argmax(lls / np.array([float(len(c.encode("utf-8"))) for c in r["choices"]])) == gold else 0.0)
        hits["acc_mutual_info"].append(1.0 if np.argmax([c - u for c, u in zip(lls, r["unconditional_loglikelihoods"])]) == gold else 0.0)
        hits["exact_match"].append(int(r["is_greedy"][gold]))
    return {name: mean(values) for name, values in hits.items()}


def brier(rows):
    soft = lambda x: np.exp(x - np.max(x)) / np.exp(x - np.max(x)).sum()
    return {"value": float(metrics.brier_score([(r["gold"], soft(np.array(r["loglikelihoods"]))) for r in rows])), "stderr": None}


def likelihoods(count):
    texts = [chance.choice(["", " ", "\n"]) + sentence(3, 20) + chance.choice(["", "  ", "\x1f"]) for _ in range(count)]
    return [{"text": str(t), "loglikelihood": -float(chance.random() * 3 * len(t)) / 10} for t in texts]


def of_likelihoods(rows):
    lls = [r["loglikelihood"] for r in rows]
    words = [(r["loglikelihood"], len(re.split(r"\s+", r["text"]))) for r in rows]
    octets = [(r["loglikelihood"], len(r["text"].encode("utf-8"))) for r in rows]
    return {"perplexity": {"value": metrics.perplexity(lls), "stderr": metrics.bootstrap_stderr(metrics.perplexity, lls, 10_000)},
            "word_perplexity": {"value": metrics.weighted_perplexity(words), "stderr": None},
            "byte_perplexity": {"value": metrics.weighted_perplexity(octets), "stderr": None},
            "bits_per_byte": {"value": metrics.bits_per_byte(octets), "stderr": None}}


one, two, asked, pairs = answers(40, 1), answers(25, 2), choices(60), [r for r in choices(80) if len(r["choices"]) == 3]
texts = likelihoods(30)
golden = {
    "answers": [{"rows": rows, "figures": of_answers(rows)} for rows in (one, two)],
    "choices": [{"rows": asked, "figures": of_choices(asked)}, {"rows": pairs, "figures": {"brier_score": brier(pairs)}}],
    "likelihoods": [{"rows": texts, "figures": of_likelihoods(texts)}],
    "pooled": {"stderrs": [.1, .02, .33], "sizes": [10, 250, 31], "value": float(metrics.pooled_sample_stderr([.1, .02, .33], [10, 250, 31]))},
}
(pathlib.Path(__file__).parent / "metrics.json").write_text(json.dumps(golden, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
