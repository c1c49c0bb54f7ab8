// node continue.mjs MODEL ADAPTERS PROMPTS COUNT: greedy continuations of lists of ids under [{filePath, scale}, …]; the last
// line is the list of lists of new ids. The cache holds float32, so that nothing is rounded that is not rounded elsewhere.
import { getLlama } from "node-llama-cpp";

const [model, adapters, prompts, count] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, progressLogs: false });
const loaded = await llama.loadModel({ modelPath: model });
const chosen = JSON.parse(adapters);
const context = await loaded.createContext({
    threads: 1,
    contextSize: 256,
    flashAttention: false,
    experimentalKvCacheKeyType: "F32",
    experimentalKvCacheValueType: "F32",
    lora: chosen.length === 0 ? undefined : { adapters: chosen },
});
const sequence = context.getSequence();
const continuations = [];
for (const prompt of JSON.parse(prompts)) {
    await sequence.clearHistory();
    const found = [];
    for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        found.push(token);
        if (found.length >= Number(count)) break;
    }
    continuations.push(found);
}
console.log(JSON.stringify(continuations));
process.exit(0);
