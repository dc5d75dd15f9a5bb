package report

import (
	"slices"
	"strings"
)

// A Method describes one way of counting.
type Method struct {
	Name    string   `json:"name"`              // canonical, as in reports
	Aliases []string `json:"aliases,omitempty"` // other names it is found by
	Summary string   `json:"summary"`           // what it is, one sentence
	Source  string   `json:"source"`            // the published rule that is followed
	When    string   `json:"when"`              // when a co-op uses it, one sentence
	Remark  string   `json:"remark,omitempty"`  // how it differs from other counts by the same rule
	Input   string   `json:"input"`             // one of the kinds of package input
}

// Called reports whether name is m's own name or an alias, in any case, however
// its words are joined (Sainte-Laguë, D'Hondt, equal_shares).
func (m Method) Called(name string) bool {
	name = strings.NewReplacer(" ", "-", "_", "-", "/", "-", "'", "-", "’", "-", "ë", "e", "é", "e").Replace(strings.ToLower(strings.TrimSpace(name)))
	return m.Name == name || slices.Contains(m.Aliases, name)
}
