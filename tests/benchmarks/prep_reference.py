#!/usr/bin/env python3
"""The same work as `prep FILE MODEL` with tokenizers and transformers: parse, template, encode, mask, pack, write.

    python3 prep_reference.py FILE MODEL

Texts go to the tokenizer in batches; TOKENIZERS_PARALLELISM=true lets it use all cores. Prints rows a second and a
processor second, and the most memory that was held.
"""
import json
import resource
import sys
import tempfile
import time

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from transformers.utils.chat_template_utils import render_jinja_template

CAPACITY, SHARD_TOKENS, BATCH = 2048, 8_000_000, 1000


def pack(lengths):
    """First-fit decreasing: for every length the bin with the least room that still takes it would be best fit; this takes the first."""
    bins, room = [], []
    tree_size = 1
    while tree_size < max(1, len(lengths)):
        tree_size *= 2
    tree = [CAPACITY] * (2 * tree_size)  # most room below a node, so that the first bin that fits is found in log n
    for row in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        node = 1
        while node < tree_size:
            node = 2 * node if tree[2 * node] >= lengths[row] else 2 * node + 1
        bin_ = node - tree_size
        if bin_ == len(bins):
            bins.append([])
        bins[bin_].append(row)
        tree[node] -= lengths[row]
        while node > 1:
            node //= 2
            tree[node] = max(tree[2 * node], tree[2 * node + 1])
    return bins


def write(folder, number, ids, labels, lengths):
    packs = pack(lengths)
    save_file(
        {
            "input_ids": np.concatenate(ids).astype(np.int32),
            "labels": np.concatenate(labels).astype(np.int32),
            "row_offsets": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            "packed_rows": np.array([row for each in packs for row in each], dtype=np.int64),
            "pack_offsets": np.cumsum([0] + [len(each) for each in packs]).astype(np.int64),
        },
        f"{folder}/train-{number:05d}.safetensors",
    )


def encode(tokenizer, template, batch):
    """Ids and labels of conversations; what the assistant says carries loss."""
    texts, spans = render_jinja_template(conversations=batch, chat_template=template, return_assistant_tokens_mask=True)
    for encoding, generated in zip(tokenizer.encode_batch(texts), spans):
        ids = np.array(encoding.ids, dtype=np.int32)
        labels = np.full(len(ids), -100, dtype=np.int32)
        for start, end in generated:
            first = encoding.char_to_token(start)
            last = encoding.char_to_token(end - 1)
            labels[first : last + 1] = ids[first : last + 1]
        yield ids, labels


def main(path, model):
    tokenizer = Tokenizer.from_file(f"{model}/tokenizer.json")
    with open(f"{model}/chat_template.jinja", encoding="utf-8") as file:
        template = file.read()
    began = time.time()
    rows = tokens = shard = 0
    with tempfile.TemporaryDirectory() as folder, open(path, encoding="utf-8") as lines:
        ids, labels, lengths, held, batch = [], [], [], 0, []

        def flush():
            nonlocal tokens, held
            for row_ids, row_labels in encode(tokenizer, template, batch):
                if len(row_ids) <= CAPACITY:
                    ids.append(row_ids)
                    labels.append(row_labels)
                    lengths.append(len(row_ids))
                    tokens += len(row_ids)
                    held += len(row_ids)
            batch.clear()

        for line in lines:
            batch.append(json.loads(line)["messages"])
            rows += 1
            if len(batch) == BATCH:
                flush()
            if held >= SHARD_TOKENS:
                write(folder, shard, ids, labels, lengths)
                ids, labels, lengths, held, shard = [], [], [], 0, shard + 1
        flush()
        if lengths:
            write(folder, shard, ids, labels, lengths)
    seconds = time.time() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    busy = usage.ru_utime + usage.ru_stime
    print(f"{rows:,} rows, {tokens:,} tokens")
    print(f"{seconds:.1f} s, {rows / seconds:,.0f} rows/s; {busy:.1f} processor s, {rows / busy:,.0f} rows/s a core; {usage.ru_maxrss / 1e3:,.0f} MB at most")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
