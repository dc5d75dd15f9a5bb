// Package rochdale is the map of the project: what each room holds, and the way
// that a transaction takes through them. It has no code but the tests of the
// whole tree.
//
// # Rooms
//
// A room is one flat package for one concept. Its tables are unexported, so the
// compiler gives each record one writer.
//
// tx is the signed envelope: canonical CBOR, keys and signatures, the id of a
// transaction, proofs of possession. What may go wrong with bytes goes wrong
// here. The form on the wire, for programs in other languages, is docs/tx.md.
//
// state is the machine under every room: Ledger (Begin, Deliver, End, Commit),
// the door that every transaction passes, rejections, overlays, typed tables,
// pages, the store with its one fsynced write a block, views, proofs, export
// and restore, the paths and answers of queries. Only store.go, nodes.go,
// view.go, export.go, table.go and page.go know how a record lies in the tree.
// An Index is a list that people ask for, declared by a room as data; the store
// writes its entries with the block and makes them anew from the records, and no
// handler can read it.
//
// state/money is amounts in minor units: checked sums, rates as fractions, and
// the division of a pool whose parts sum to the pool.
//
// state/words writes figures, amounts, times and text of the ledger as people read
// them, in one form each, by no table of a library.
//
// state/count is the rules that decide a question: majorities and consent, as
// charters store them. Pure functions that import nothing of the project. Below
// it are counts of files, by what they take in, each by its published rule with
// a report of its stages: state/count/question, election, budget and apportion;
// blt and pabulib for files; method, the list of methods; input and report, what
// they share.
//
// state/agenda is when things happen: one table of what rooms want done at a time,
// and the end of a block, which serves the co-ops in turn within a budget of units
// (state.EndUnits).
//
// state/charter is a co-op's rules as data: who may take which action (Grant),
// what kinds of motion there are (MotionKind) and how each is counted (Method),
// the figures (Policy), the hard bounds no motion can pass, the presets, and
// Amend. Records, message and text have types of their own.
//
// state/member is the register of members: keys, classes and standings over time,
// offices, and what each has spent of its sequence and its day. The door's
// questions about a signer (KeyOf, SequenceOf, Spend, Authorize) are answered
// here.
//
// state/account is the books: the chart of accounts, the journal, postings that
// balance, reversals, the trial balance and the balance sheet.
//
// state/share is the register of shares: classes at par, subscriptions, their
// payment, issues, holdings. It posts to the books.
//
// state/ballot is motions: the question, the electorate frozen when it opens,
// the casts, the methods that count them, at once or over several blocks, the
// outcome, and the action that a carried motion takes.
//
// state/surplus is the end of a period: patronage, the declared surplus, the
// voted steps, the division of a dividend over as many blocks as it takes, the
// payment of parts, the notices that are owed.
//
// state/federation is the register of the co-ops and their validators, the
// founding document, and what becomes of a validator that misbehaves.
//
// state/statetest is for tests: a ledger in memory, members with keys made from
// their numbers, table tests that compare the records before and after.
//
// app is the machine as consensus sees it: the ABCI methods in the order of a
// block's life, queries, the memory of verified signatures.
//
// app/rooms is THE list: kinds of action and hints, which the rooms export, what
// every block ends with, invariants, indexes, genesis. It imports neither the engine nor the
// store.
//
// node is one validator: its home and configuration, keys that are loaded and
// never invented, CometBFT in this process over libp2p, the warden of peers,
// metrics, the checks before a start and the watch over failures. node/nodetest
// has a small application to test nodes with.
//
// client is for programs outside: key files, signing, sending and waiting,
// reading through any room's own functions, believed or proved.
//
// client/wording says in words what is on the ledger, for whatever shows it to
// people: what an action does or did, who may take it, what to do after a rejection.
// An action's words are its own, in its file (Describe); wording gives them the list
// of kinds and the names of co-ops.
//
// client/light verifies without the engine's packages and without a library of
// proofs: headers, commits, sets of validators, ICS-23 proofs of a leaf, proofs
// that a range of leaves is complete. It also makes the last of them, for nodes.
// It is small enough for a page on a phone.
//
// client/receipt writes and verifies receipts, in formats of every age: which
// records a statement rests on, and its words. It imports what rooms, wording and
// light have, and nothing of the engine, the database or the network.
//
// cmd/rochdale is the command line: one file a noun or a verb, one line of
// root.go a noun, scripts in testdata.
//
// cmd/verifier is client/receipt for JavaScript, as WebAssembly: a page checks a
// receipt without a server.
//
// testnet is a federation on one machine, in processes of their own or in this
// one. testnet/crowd signs and sends for the members of one of its co-ops.
// testnet/load drives it with signed casts and says how fast they were
// committed. testnet/tour lives a co-op's year on it. testnet/sim lives a life
// made from a seed in several replicas and compares them block by block.
//
// docs has the co-op rules that handlers cite (rules.md), the form on the wire
// (tx.md), what a crash leaves (reliability.md), how to change things
// (contributing.md), why things are as they are (adr/), and the guides.
//
// # The way of a transaction
//
// A member's action, say share.Subscribe, is signed by client (Signer.Sign) into
// the envelope of tx and sent to a node. CometBFT asks app.CheckTx, which asks
// store.Ledger.Check what the next block would answer; what would be refused
// goes no further. When a proposer has put it into a block that consensus has
// decided, app.FinalizeBlock gives it to Ledger.DeliverAll, and all of a block's
// signatures that were not verified on arrival are verified in one batch.
//
// At the door (state/door.go) it is refused, in this order, for its size, form,
// chain, expiry, kind, payload, signer, signature, sequence and the day's
// allowance, the last three with what member knows. Then its sequence is spent,
// whatever follows. On an overlay of its own the charter is asked for authority
// (member.Authorize), and the action's Apply climbs its staircase of refusals
// and writes. A rejection drops the overlay; anything else is a fault and stops
// the node.
//
// At the end of the block the agenda does what is due, co-op by co-op in turn: it
// asks ballot to open and count motions, and surplus to divide some more members'
// parts, until the block's units are used; the rest waits for the next block. An
// action that a carried motion brings goes through the same decoding, the same
// Authorize and the same Apply, by the motion's mandate (Ctx.Carry). Ledger.End
// writes the sorted changes to the
// tree and promises its root as the app hash; Ledger.Commit saves tree, flat
// copy and results in one fsynced write.
//
// A client waits with the query /done, reads with /key and /range, asks for lists
// with /index, and proves a record against the next header, which carries the app
// hash.
//
// # Floors
//
// Imports go down only: tx, state/money, state/words, state/count; client/light;
// state; agenda and charter; member; account; share; ballot; surplus; federation; app/rooms;
// statetest; client/wording; client/receipt and app; client; node; testnet; cmd.
// CometBFT is imported in app, node, client and testnet, cobra in cmd, viper in node;
// client/light imports tx and the library of signatures. Under state there is no
// clock, file, network, chance, goroutine, float or walk of a map. tidy_test.go
// holds all of it, and tidy_breach_test.go shows that it fails when one is broken.
package rochdale
