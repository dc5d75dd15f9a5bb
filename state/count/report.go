package count

// A Report is what every count returns: enough for a returning officer to
// publish it and for anyone to check it by hand. All figures are exact decimal
// strings at the method's own precision, so that a report prints alike on every
// machine.
type Report struct {
	Method  string   `json:"method"`          // canonical name, e.g. "scottish-stv"
	Title   string   `json:"title,omitempty"` // of the election or budget
	Seats   int      `json:"seats"`           // seats to fill; projects funded for budgets
	Quota   string   `json:"quota"`           // empty where the method has none
	Winners []string `json:"winners"`         // names, in order of election
	Stages  []Stage  `json:"stages"`
	Lots    []LotUse `json:"lots,omitempty"`  // where the lot decided a tie
	Notes   []string `json:"notes,omitempty"` // rule remarks, e.g. truncation lost
}

// A Stage is one step of the count.
type Stage struct {
	Number int    `json:"number"`         // from 1
	Event  string `json:"event"`          // what happened and why, one sentence
	Rows   []Row  `json:"rows"`           // one a candidate, in ballot order
	Pool   []Row  `json:"pool,omitempty"` // exhausted papers, non-transferable fractions
}

// A Row is one candidate's line in a stage.
type Row struct {
	Name   string `json:"name"`
	Change string `json:"change,omitempty"` // transfer in or out at this stage, signed
	Total  string `json:"total"`
	Status string `json:"status,omitempty"` // continuing, elected, excluded, withdrawn
}

// A LotUse records one tie that only the lot could settle.
type LotUse struct {
	Stage  int      `json:"stage"`
	Tied   []string `json:"tied"`
	Chosen string   `json:"chosen"`
	For    string   `json:"for"` // election, exclusion, transfer order
}
