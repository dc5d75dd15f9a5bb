// Checks the proofs of a running node with CosmJS and @confio/ics23 only.
//
//   node verify.mjs RPC HEIGHT KEY...
//
// Run it in the folder that holds node_modules. For each KEY (hexadecimal, a
// leaf of the tree) it asks the node for the leaf after block HEIGHT with its
// proof, and verifies the proof against the app hash in the header after that
// block. It prints "existence KEY" or "absence KEY"; anything that does not
// verify, or that verifies although it was changed, ends it with status 1.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "/"));
const { Comet38Client } = require("@cosmjs/tendermint-rpc");
const { fromHex, toHex } = require("@cosmjs/encoding");
const { ics23, iavlSpec, verifyMembership, verifyNonMembership } = require("@confio/ics23");

function demand(holds, what) {
  if (!holds) {
    console.error(`failed: ${what}`);
    process.exit(1);
  }
}

const [rpc, heightText, ...keys] = process.argv.slice(2);
const height = Number(heightText);
const client = await Comet38Client.connect(rpc);
const { header } = await client.commit(height + 1);
const root = header.appHash;
const other = Uint8Array.from(root, (b) => b ^ 1);

for (const hex of keys) {
  const key = fromHex(hex);
  const answer = await client.abciQuery({ path: "/key", data: key, height, prove: true });
  demand(answer.code === 0 && answer.proof?.ops.length === 1, `no proof of ${hex}`);
  const [op] = answer.proof.ops;
  demand(op.type === "ics23:iavl" && toHex(op.key) === hex, `operation ${op.type} of ${toHex(op.key)}`);
  const proof = ics23.CommitmentProof.decode(op.data);
  if (answer.value.length > 0) {
    const changed = Uint8Array.from(answer.value, (b, i) => (i === 0 ? b ^ 1 : b));
    demand(verifyMembership(proof, iavlSpec, root, key, answer.value), `existence of ${hex}`);
    demand(!verifyMembership(proof, iavlSpec, root, key, changed), `a changed value of ${hex} passes`);
    demand(!verifyMembership(proof, iavlSpec, other, key, answer.value), `${hex} passes under another root`);
    demand(!verifyNonMembership(proof, iavlSpec, root, key), `${hex} is both there and absent`);
    console.log(`existence ${hex}`);
  } else {
    demand(verifyNonMembership(proof, iavlSpec, root, key), `absence of ${hex}`);
    demand(!verifyNonMembership(proof, iavlSpec, other, key), `absence of ${hex} passes under another root`);
    console.log(`absence ${hex}`);
  }
}
client.disconnect();
