// Package count counts: elections, questions and budgets, by their published
// rules, exactly, stage by stage. It is a room of pure functions over integers
// and exact fractions that imports nothing of the project, so that a researcher
// can use it on a file and every node computes the same.
//
// Rule: docs/rules.md, "Counting"; docs/counting.md says which method to choose.
package count
