// node continue.mjs MODEL ADAPTER|- IDS COUNT: greedy continuation; the last line is the list of new ids.
import { getLlama } from "node-llama-cpp";

const [model, adapter, ids, count] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, progressLogs: false });
const loaded = await llama.loadModel({ modelPath: model });
const lora = adapter === "-" ? undefined : { adapters: [{ filePath: adapter, scale: 1 }] };
const context = await loaded.createContext({ threads: 1, contextSize: 256, lora });
const found = [];
for await (const token of context.getSequence().evaluate(JSON.parse(ids), { temperature: 0, yieldEogToken: true })) {
    found.push(token);
    if (found.length >= Number(count)) break;
}
console.log(JSON.stringify(found));
process.exit(0);
