"""Writes cases.jsonl: one tiny tokenizer a line, with what Hugging Face tokenizers 0.23.1 makes of texts.

Run as `python3 make_golden.py` in this folder. Offsets count code points.
"""
import json

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers as N, pre_tokenizers as P, processors as PP

TEXTS = [
    "", " ", "a", " a  b ", "the quick\n\n  fox", "it's 1½²Ⅳ x_y", "e\u0301a\u0327\u0301 \u1e09\u0356 \u1e9b\u0323", "Å ﬁ ㎏ 각ᄀ",
    "<s>x </s>  y<m>\n\n<m>", "😀 👩‍👩‍👧 z", "ÀÉ ǅ ªº ⅰ ⓐ ͅ", "a+b=$c^`|~ “q” … €5", "\u00a0x\u3000y\u2028", "привет мир 你好", "aaaa  ", "x\u200dy",
]


def byte_level():
    alphabet = sorted(P.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(["<unk>", "<s>", "</s>"] + alphabet)}
    merges = [("Ġ", "a"), ("a", "a"), ("Ġ", "Ġ"), ("t", "h"), ("th", "e"), ("Ċ", "Ċ"), ("Ã", "©"), ("Ġa", "a"), ("x", "y")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    return Tokenizer(models.BPE(vocabulary, merges))


def pieces(byte_fallback):
    vocabulary = {token: i for i, token in enumerate(["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + list("▁abcdefghinoqrstux12"))}
    merges = [("▁", "a"), ("▁", "▁"), ("t", "h"), ("▁", "th"), ("▁th", "e"), ("a", "a"), ("▁▁", "▁")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    return Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=byte_fallback))


def unigram(byte_fallback):
    tokens = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), ("▁", -2.0), ("▁a", -2.5), ("the", -3.0), ("▁the", -3.1), ("th", -4.0)]
    tokens += [(c, -5.0 - i / 8) for i, c in enumerate("abcdefghinoqrstux12é")]
    tokens += [(f"<0x{b:02X}>", -9.0) for b in range(256)] if byte_fallback else []
    return Tokenizer(models.Unigram(tokens, 0, byte_fallback))


BYTES = P.ByteLevel(add_prefix_space=False, use_regex=False)
MARKS = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
NORMALIZERS = [
    N.NFC(), N.NFD(), N.NFKC(), N.NFKD(), N.Replace(Regex(r"\s+"), " "), N.Replace(Regex(r"a+|\p{M}"), ""), N.Replace("a", "xy"), N.Prepend("▁"),
    N.Sequence([N.NFD(), N.StripAccents(), N.Lowercase()]), N.Strip(True, False), N.Sequence([N.NFKD(), N.Replace(Regex(r"\p{M}"), ""), N.Prepend(" ")]),
]
PATTERNS = [
    r"\w", r"[\w]+", r"[^\w]", r"\W+", r"\b", r"[[:punct:]]", r"\p{punct}", r"[[:upper:]]", r"[[:lower:]]+", r"[[:alpha:]]+", r"[[:alnum:]]", r"\p{word}+", r"[[:word:]]+",
    r"(?i)the|\s{2}", r"(?:a|b)?x|\s+(?!\S)", r"x*", r"(?<=a)a|\d", r"[^\r\n\p{L}\p{N}]?\p{L}+|\s", r"(?:(?=x)x)?y|z", r"(a|e)+?|q",
]
BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
TEMPLATE = PP.TemplateProcessing(single="<s> $A </s>", pair="$A $B", special_tokens=[("<s>", 1), ("</s>", 2)])


def tokenizers():
    for normalizer in NORMALIZERS:
        yield byte_level(), normalizer, BYTES, None
    for i, pattern in enumerate(PATTERNS):
        for k in range(2):
            yield byte_level(), None, P.Sequence([P.Split(Regex(pattern), BEHAVIORS[(i + 2 * k) % 5], invert=(i + k) % 3 == 0), BYTES]), None
    for trim in (True, False):
        for prefix in (True, False):
            yield byte_level(), None, P.ByteLevel(add_prefix_space=prefix), PP.ByteLevel(add_prefix_space=prefix, trim_offsets=trim)
            yield byte_level(), None, P.ByteLevel(add_prefix_space=prefix), PP.RobertaProcessing(("</s>", 2), ("<s>", 1), trim, prefix)
            yield byte_level(), N.NFC(), P.ByteLevel(add_prefix_space=prefix, use_regex=False), PP.Sequence([PP.ByteLevel(trim_offsets=trim), TEMPLATE])
    for pre in (P.Whitespace(), P.WhitespaceSplit(), P.Digits(True), P.Punctuation("contiguous")):
        yield byte_level(), None, P.Sequence([pre, BYTES]), PP.BertProcessing(("</s>", 2), ("<s>", 1))
    for fallback in (True, False):
        yield pieces(fallback), MARKS, None, TEMPLATE
        for scheme in ("always", "first", "never"):
            yield pieces(fallback), None, P.Metaspace("▁", scheme, split=scheme != "first"), TEMPLATE
            yield unigram(fallback), N.NFKC(), P.Metaspace("▁", scheme, split=scheme == "always"), None


def main():
    with open("cases.jsonl", "w", encoding="utf-8") as out:
        for number, (tokenizer, normalizer, pre_tokenizer, post_processor) in enumerate(tokenizers()):
            if normalizer is not None:
                tokenizer.normalizer = normalizer
            if pre_tokenizer is not None:
                tokenizer.pre_tokenizer = pre_tokenizer
            if post_processor is not None:
                tokenizer.post_processor = post_processor
            flags = [dict(lstrip=bool(number & 1 << i), rstrip=bool(number & 2 << i), single_word=bool(number & 4 << i), normalized=bool(number & 8 << i)) for i in range(3)]
            tokenizer.add_special_tokens([AddedToken("<s>", special=True, **flags[0]), AddedToken("</s>", special=True, **flags[1])])
            tokenizer.add_tokens([AddedToken("<m>", **flags[2]), AddedToken("\n", lstrip=number % 3 == 1, rstrip=number % 3 > 0, normalized=False)] if number % 4 == 0 else [])
            cases = []
            for text in TEXTS:
                whole, plain = tokenizer.encode(text), tokenizer.encode(text, add_special_tokens=False)
                cases.append(dict(text=text, ids=whole.ids, offsets=plain.offsets, decoded=tokenizer.decode(whole.ids, skip_special_tokens=False)))
            out.write(json.dumps(dict(tokenizer=json.loads(tokenizer.to_str()), cases=cases), ensure_ascii=False, separators=(",", ":")) + "\n")


main()
