// Package count decides a question: when enough take part, when enough of them
// are in favour, when too many object. Charters store its rules and motions
// their tallies, so every node computes from it; it is pure functions over
// integers that import nothing of the project.
//
// The packages below it count what comes in files: question, election, budget
// and apportion by what they take in; tally, stv and condorcet the papers of an
// election, which paper lists; blt, record and pabulib for forms of file, method for
// the list of methods, input and report for what they share.
//
// Rule: docs/rules.md, "Majorities" and "Consent". Source: the common rule of
// meetings (Robert's Rules of Order, 12th edition, sections 40 and 44); CoLab
// Cooperative, bylaws.
package count
