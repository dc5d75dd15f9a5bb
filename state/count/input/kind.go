// Package input is shared by all counts: the kinds of input, tables of text read row
// by row, the order of a lot, and errors that name the line or figure that cannot be
// counted and what to do about it.
//
// Rule: docs/rules.md, "Counting": what cannot be counted is refused by name.
package input

// What a method counts, which is also the form of its file.
const (
	Papers  = "blt"     // ranked or marked papers, of package election
	Budget  = "pabulib" // projects and votes for them, of package budget
	Parties = "csv"     // parties and their votes, of package apportion
	Answers = "tally"   // answers to one question, of package question
)

// kinds are the inputs in words.

var kinds = map[string]string{
	Papers:  "papers of an election",
	Budget:  "the votes for a budget",
	Parties: "the votes of parties",
	Answers: "the answers to a question",
}
