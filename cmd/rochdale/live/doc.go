// Package live has no code. Its tests follow the guides of docs/, the examples of
// testdata/presets and testdata/scenarios, and the tour, with the program that this
// repository builds and real nodes; those of package main run against the machine alone.
package live
