// Package light is the light client's verification, written from the published
// specifications: the hash of a header, the signatures of a commit, the hash of a
// validator set, links from one set to those that follow it, and proofs that the ledger's tree holds a leaf, does not hold it,
// or holds just these leaves in a range of keys. It imports neither the engine nor a
// tree nor a library of proofs, so that a verifier is small enough for a page on a
// phone.
//
// There are two kinds of errors. Bytes that cannot be decoded give a plain error,
// which the caller wraps. Data that can be decoded and does not verify gives a
// *Refuted; what verifies and is of validators whom the reader does not know, an
// *Untied. No input makes a function panic.
//
// Sources: CometBFT v0.40, spec/core/data_structures.md, spec/core/encoding.md and
// spec/light-client/verification;
// RFC 6962, section 2.1; ICS-23 and its specification for IAVL trees; ZIP-215.
package light
