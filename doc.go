// Package rochdale is the map of the project: what each package holds, and the way
// of a transaction through them. It has no code but the tests of the whole tree.
// docs/architecture.md has one picture of both.
//
// # Rooms
//
// A room (module) is one flat package for one concept. Its tables are unexported,
// so no other package can write its records.
//
// tx is the signed envelope: canonical CBOR, keys with their spelling and signatures,
// the id of a transaction, bundles of them, proofs of possession. All errors of decoding a transaction come
// from here. The form on the wire, for programs in other languages, is docs/tx.md.
//
// state is the contract of the machine: actions, rejections, actors, contexts,
// typed tables and their pages (buckets), overlays, queries, versions, and Block,
// which executes one block: the ante handler (the door), authorization, carried
// actions. Judge (judge.go) says what a block could hold and executes nothing. It holds no database. An Index is a secondary index for queries,
// declared by a room as data; no handler can read it.
//
// state/store is the database: one IAVL tree and a flat copy of it in pebble, one
// fsynced write a block, views, proofs, results of transactions, indexes, pruning,
// export and restore. Ledger (Begin, DeliverAll, End, Commit) is the machine over
// it. Only this package and state's table.go, page.go and index.go depend on the
// layout of records in the tree.
//
// state/money is amounts in minor units: checked sums, rates as fractions, and
// the division of a pool whose parts sum to the pool.
//
// state/words writes figures, amounts, times and text of the ledger as people read
// them, in one form each, without Unicode tables of the standard library.
//
// state/count is the rules that decide a question: majorities and consent, as
// charters store them. Pure functions that import nothing of the project. Below
// it are counts of files, by what they take in, each by its published rule with
// a report of its stages: state/count/question, election, budget and apportion;
// blt and pabulib for files; method, the list of methods; input and report, what
// they share.
//
// state/agenda is the scheduler: one table of what rooms want done at a time, and
// the end-of-block handler, which serves the co-ops round robin within a budget of
// units of work (state.EndUnits).
//
// state/hold has what members vote on stand still, so that fewer do not void what they
// decide.
//
// state/charter is a co-op's rules as data, as every room reads them: who may take which
// action (Grant), what kinds of motion there are (MotionKind) and how each is counted
// (Method), the figures (Policy), rules in words, the bounds and level of each clause, and
// the presets. Records, messages and text have types of their own.
//
// state/amendment changes the charter: Amend, the hard bounds that no motion can pass, the
// founding. Every amendment is a numbered record with the day it took effect, so the
// charter of any day can be asked for (At).
//
// state/life is the life of one membership: its record with a dated history of standings,
// classes and keys, and what that says of any day. Pure functions: it reads no table.
//
// state/intake counts whom others than all members let in, and to how many they gave a key,
// so that these are few.
//
// state/member is the register of members: who comes onto it and by which first key, in
// which standing, with which offices, and what each has used of its sequence and its
// daily allowance.
//
// state/keyring is the keys that members have beside their first, each with a name and a
// sequence of its own, added and revoked one by one. The ante handler asks here for all
// keys, sequences and authority (KeyOf, SequenceOf, Spend, Authorize), and here asks member
// for first keys.
//
// state/behalf is what others do for a member that has no key, on a paper that it signed.
//
// state/exit is how memberships end that members do not end themselves, and how a former
// member comes back: refusal; expulsion with notice, hearing, decision and appeal; striking
// off after long silence; the record of a death or of a body's dissolution, whom the
// member nominated, and who receives what it had.
//
// state/office is offices and boards: appointment and dismissal, elections for a term, seats,
// terms in a row, and who retires where a third does at a time.
//
// state/lot draws members by lot, by app hashes that did not exist when the draw was asked
// for, so that anyone can draw again.
//
// state/circle is working groups: who is in each on any day, by appointment, by lot or by
// joining, what they are to do, and the budget that two of their members spend together.
//
// state/account is the books: the chart of accounts, the journal, postings that
// balance, reversals, the trial balance and the balance sheet.
//
// state/dues is what members owe by a schedule, computed from dated schedules, standings
// and declarations, and what of it they have paid. It posts to the books.
//
// state/shareclass is what the classes of shares are: their par, what a share is worth
// after write-downs, and the rules of each class and of the register, by version.
//
// state/share is the register of shares: subscriptions and their payment at
// once or in parts, numbered operations, holdings of any day. It posts to the books.
//
// state/call is calls: which part of the price of each subscribed share is due by which day.
//
// state/holding is what becomes of shares that are held: conversion, transfer,
// transmission, the write-down of a class, bonus shares, forfeiture; since when each is held.
//
// state/withdrawal is the queue of members who ask the value of their shares back:
// requests, redemptions, payments, in the order of registration and above the floors.
//
// state/takeover brings in an existing co-op: members, holdings and opening balances, adopted
// as a list of digests and loaded part by part.
//
// state/identity is salted commitments to who members are, and their erasure. client/names
// is the private directory that they commit to, a file beside the keys of whoever keeps it;
// client/membership is a member's own list of co-ops. client/sealed encrypts such files to a
// key.
//
// state/document is adopted texts, such as by-laws: versions by digest, which was in
// force when, who accepted which.
//
// state/ballot is motions: the question, the electorate frozen when it opens,
// the casts, the methods that count them, at once or over several blocks, the
// outcome, and the action that a carried motion takes.
//
// state/surplus is the end of a period: patronage, the declared surplus, the
// voted steps, the division of a dividend over as many blocks as it takes.
//
// state/payout is what becomes of members' parts of a dividend: they are paid, sent back by
// the bank, settled otherwise. Its actions are called as when they were of state/surplus.
//
// state/federation is the register of the co-ops and their validators, the
// founding document, and the removal of validators that misbehave.
//
// state/statetest is for tests: a ledger in memory, members with keys derived from
// their numbers, table tests that compare the records before and after.
//
// app is the ABCI application: the engine's calls in the order in which they come
// for a block (arrive.go, propose.go, ahead.go, app.go), and queries. app/pool is the
// mempool: what waits for a block, bounded, in turn.
//
// app/rooms is the one list of the rooms: kinds of action and hints, which the
// rooms export, end-of-block handlers, invariants, indexes, genesis. It imports
// neither the engine nor the store.
//
// node is one validator: its home and configuration, keys that are loaded and
// never generated at a start, CometBFT in this process over libp2p, the beat (a block
// as soon as there is something for it), the warden (peer filter), the pulse (a workaround for peers that reconnect), metrics, checks
// before a start, detection of failures. node/nodetest has a small application to
// test nodes with.
//
// client is for other programs: key files, signing, sending and waiting, reading
// with any room's own functions, with proofs or without.
//
// client/wording describes the ledger in words, for programs that show it to
// people: what an action does or did, who may take it, what to do after a rejection.
// Each action has its words in its own file (Describe); wording adds the list of
// kinds and the names of co-ops.
//
// client/figure reads the numbers that people type, client/sheet the tables that
// spreadsheets write, and client/document the JSON that people write. None guesses: what
// could mean two things is refused, and what is wrong is named by its line.
//
// client/rulebook writes and reads a charter as the one TOML file that a co-op keeps of its
// rules, and names what is wrong in it by line and clause. It has the presets, each clause
// with its source, and says in plain words what a charter allows (Lint).
//
// client/light is the light client's verification, without the engine's packages
// and without a library of proofs: headers, commits, validator sets, links between
// sets, ICS-23 proofs of a leaf, proofs that a range of leaves is complete. It also makes the last of
// them, for nodes. It is small enough for a page on a phone.
//
// client/receipt writes receipts and verifies those of every format: which records
// a statement uses, and its words. It imports rooms, wording and light, and nothing
// of the engine, the database or the network.
//
// cmd/rochdale is the command line: one file a noun or a verb, one line of
// root.go a noun, scripts in testdata. Those that need real nodes are in
// cmd/rochdale/live; cmd/rochdale/script has what both sorts of scripts can say.
//
// cmd/verifier is client/receipt for JavaScript, as WebAssembly: a page checks a
// receipt without a server.
//
// testnet is a federation on one machine, in processes of their own or in this
// one. testnet/crowd signs and sends for the members of one of its co-ops.
// testnet/load, the load driver, sends signed transactions to it and measures how fast
// they are committed and what that takes of the machine. testnet/reference runs the
// engine's own example as such a testnet, to compare with. testnet/tour is a
// demonstration: one co-op's year. testnet/sim, the simulator, runs a workload
// generated from a seed (testnet/sim/workload) on several replicas and compares them block by
// block.
//
// docs has one picture (architecture.md), the co-op rules that handlers cite
// (rules.md), the form on the wire (tx.md), what a crash leaves (reliability.md), how
// to change code (contributing.md) and rules and records (changing.md), reasons
// (adr/), and the guides.
//
// # The way of a transaction
//
// A member's action, for example share.Subscribe, is signed by client (Signer.Sign)
// into the envelope of tx and sent to a node. CometBFT calls app.CheckTx, which gets
// from store.Ledger.Arrive what the next block would answer; a transaction that would
// be rejected is not kept. What is kept waits in app/pool and goes to the other nodes in a
// bundle (app.ReapTxs, InsertTx), where Ledger.Judge looks at it without executing it. A
// proposer puts what waits into bundles (PrepareProposal), the others judge them
// (ProcessProposal) and begin to execute; when consensus has decided the block,
// app.FinalizeBlock has given it to Ledger.DeliverAll. The signatures of the block that
// were not verified on arrival are verified in one batch.
//
// The ante handler (state.Block in block.go) refuses it, in this order, for its size,
// form, chain, expiry, a migration under way, kind, payload, signer, signature,
// sequence and daily allowance; keyring answers for the last four. Then the sequence is
// spent, whatever follows. On an overlay of its own the charter is asked for authority
// (keyring.Authorize), and the action's Apply makes its checks in order and writes. A
// rejection drops the overlay; any other error is a fault and stops the node.
//
// At the end of the block the agenda does what is due, one item of each co-op after
// the other: it calls ballot to open and count motions, and surplus to divide the
// parts of more members, until the block's units are used; the rest waits for the next
// block. The action of a carried motion goes through the same decoding, the same
// Authorize and the same Apply, with the motion as its authority (Ctx.Carry).
// Ledger.End applies the sorted changes to the tree and returns its root as the app
// hash; Ledger.Commit saves tree, flat copy, results and index in one fsynced write.
//
// A client waits with the query /done, reads with /key and /range, queries lists with
// /index, and verifies a record against the next header, which carries the app hash.
//
// # Floors
//
// Imports go down only: tx, state/money, app/pool; client/light, state/count, state/words;
// client/figure, client/sheet, client/document; state; agenda; charter; life and intake; member and hold;
// keyring, account, exit, office, lot, document, identity and shareclass; share, dues and
// circle; call, holding, withdrawal and ballot; takeover and surplus; payout; federation;
// state/store and app/rooms; statetest and client/wording; client/receipt and app;
// client and node; testnet; cmd. CometBFT is imported in app, node, client and
// testnet, cobra in cmd, viper in node; client/light imports tx and the library of
// signatures. Under state there is no clock, file, network, randomness, goroutine,
// float or iteration over a map. tidy_test.go holds all of it, and
// tidy_breach_test.go checks that it fails when one is broken.
package rochdale
