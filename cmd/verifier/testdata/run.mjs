// Verifies receipts with the WebAssembly program, as a page would:
//
//	node run.mjs wasm_exec.js verifier.wasm < calls.json
//
// calls.json is an array of [receipt in base64, trust] or [receipt, trust, links in
// base64]. What is printed is an
// array of the answers.
import fs from "node:fs";
import { createRequire } from "node:module";

const [support, program] = process.argv.slice(2);
createRequire(import.meta.url)(support); // sets globalThis.Go
const go = new Go();
const ready = new Promise((resolve) => (globalThis.rochdaleReady = resolve));
const { instance } = await WebAssembly.instantiate(fs.readFileSync(program), go.importObject);
go.run(instance);
await ready;
const calls = JSON.parse(fs.readFileSync(0, "utf8"));
const bytes = (text) => text && new Uint8Array(Buffer.from(text, "base64"));
const answers = calls.map(([receipt, trust, links]) => JSON.parse(rochdaleVerify(bytes(receipt), trust, bytes(links))));
answers.push(JSON.parse(rochdaleVerify("no bytes", "")));
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
