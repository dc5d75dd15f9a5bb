package charter

// A Level says how strongly a clause of a charter is protected. Numbers are append-only.
type Level uint8

// Levels, each above the one before.
const (
	LevelOrdinary   Level = 1 // any kind of motion that amends the charter changes it
	LevelSpecial    Level = 2
	LevelEntrenched Level = 3 // what someone could bend a decision by, at least
	LevelPrinciple  Level = 4
)

var levelNames = Names{"", "ordinary", "special", "entrenched", "principle"}

func (l Level) String() string { return levelNames.Of(int(l)) }

// MarshalText writes the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the level's name.
func (l *Level) UnmarshalText(b []byte) error {
	n, err := levelNames.Number(string(b))
	*l = Level(n)
	return err
}
