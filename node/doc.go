// Package node runs one validator or full node of a federation: CometBFT in
// this process, over libp2p, with the application handed to it.
//
// A node's files are in its home directory:
//
//	config/rochdale.toml               operator knobs, see Config
//	config/genesis.json                the federation's beginning, the same everywhere
//	config/genesis.seals.json          every founding co-op's signature over it
//	config/node_key.json               who this node is to its peers
//	config/priv_validator_key.json     what this node signs blocks with
//	data/priv_validator_state.json     what it signed last; losing it risks signing twice
//	data/genesis.sha256                the genesis this home was first started with
//	data/lock                          held while a node runs on the home; the process's number
//	data/app/                          the application's store
//
// Init makes a home and never changes one that exists. Start only loads keys and
// never generates them: a validator without its key must fail with an error and not
// start with another identity. Nothing in the configuration affects the replicated
// state; what does is in the genesis or in the state itself.
package node
