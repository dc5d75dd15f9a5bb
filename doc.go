// Package rochdale is the map of the project.
package rochdale
