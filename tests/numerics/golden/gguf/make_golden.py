"""Makes converted.json: what llama.cpp's converter (convert_hf_to_gguf.py of llama.cpp 0.7.0) writes of the models in
../models: every key but the tokenizer's, and name, shape and type of every tensor with the start of the SHA-256 of its bytes
(of rope factors: their values), for each type of matrices.
    python3 make_golden.py FOLDER-OF-THE-CONVERTERS-PACKAGE
"""
import hashlib, json, pathlib, shutil, sys, tempfile
sys.path.insert(1, sys.argv[1])
import gguf, torch
from conversion import ModelBase, get_model_architecture, get_model_class, ModelType

HERE = pathlib.Path(__file__).parent
TYPES = {"f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16, "bf16": gguf.LlamaFileType.MOSTLY_BF16, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}


def convert(folder, kind, out):
    hparams = ModelBase.load_hparams(folder, False)
    cls = get_model_class(get_model_architecture(hparams, ModelType.TEXT))
    cls = type(cls.__name__, (cls,), {"model_arch": cls.model_arch, "set_vocab": lambda self: None})
    with torch.inference_mode():
        cls(folder, TYPES[kind], out, model_name=folder.name).write()
    reader = gguf.GGUFReader(out)
    keys = {k: f.contents() for k, f in reader.fields.items() if not k.startswith("GGUF.")}
    tensors = {t.name: [t.tensor_type.name, [int(n) for n in reversed(t.shape)], content(t)] for t in reader.tensors}
    return {"keys": keys, "tensors": tensors}


def content(tensor):
    return tensor.data.tolist() if tensor.name.startswith("rope_") else hashlib.sha256(tensor.data.tobytes()).hexdigest()[:16]


result = {}
for source in sorted((HERE.parent / "models").iterdir()):
    result[source.name] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / source.name
        shutil.copytree(source, folder)
        # Gemma 3's embedding is cut to as many rows as the tokenizer has tokens.
        vocabulary = {str(i): i for i in range(json.loads((folder / "config.json").read_text())["vocab_size"])}
        (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}, "added_tokens": []}))
        for kind in TYPES:
            result[source.name][kind] = convert(folder, kind, pathlib.Path(scratch) / f"{kind}.gguf")
text = json.dumps(result, sort_keys=True).replace('}}, ', '}},\n')
(HERE / "converted.json").write_text(text + "\n")
