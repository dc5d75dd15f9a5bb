package node

import (
	"fmt"
	"strings"
	"testing"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
)

// votes are lines as the engine writes them: of each validator its time in seconds, or
// none where it is negative.
func votes(seconds ...int) (lines []string) {
	for i, s := range seconds {
		if s < 0 {
			lines = append(lines, noVote)
			continue
		}
		v := cmttypes.Vote{Type: 1, Height: 9, ValidatorIndex: int32(i), ValidatorAddress: make([]byte, 20), Timestamp: time.Unix(int64(s), 0)}
		lines = append(lines, v.String())
	}
	return lines
}

// What counts is the round that the engine is in: too few votes for too long.
func TestStandstillRounds(t *testing.T) {
	var four []*cmttypes.Validator
	for i := range 4 {
		four = append(four, &cmttypes.Validator{Address: []byte{byte(i)}, VotingPower: ValidatorPower})
	}
	none := votes(-1, -1, -1, -1)
	for _, row := range []struct {
		name   string
		number int32
		rounds []round
		now    int64
		since  int64  // zero if it does not stand still
		want   string // addresses of the missing, or of nobody
	}{
		{"nobody has voted", 0, []round{{0, none, none}}, 1000, 0, ""},
		{"too early", 0, []round{{0, votes(100, 101, -1, -1), none}}, 109, 0, ""},
		{"two are missing", 0, []round{{0, votes(101, 100, -1, -1), none}}, 110, 100, "02 03"},
		{"two are missing since the round before", 1, []round{{0, votes(90, 91, 92, -1), none}, {1, votes(101, 100, -1, -1), none}}, 110, 90, "02 03"},
		{"they voted and signed nothing", 0, []round{{0, votes(100, 100, 100, 100), votes(-1, 102, -1, 101)}}, 110, 100, "00 02"},
		{"three are enough", 0, []round{{0, votes(100, 100, 100, -1), votes(101, 101, 101, -1)}}, 1000, 100, ""},
		{"another round has begun", 1, []round{{0, votes(100, 100, -1, -1), none}, {1, votes(119, -1, -1, -1), none}}, 120, 0, ""},
	} {
		since, waiting, err := waitingRound(row.number, row.rounds, time.Unix(row.now, 0))
		if err != nil {
			t.Fatal(err)
		}
		var missing []string
		if waiting != nil {
			of := silent(waiting.Prevotes, four)
			if of == nil {
				of = silent(waiting.Precommits, four)
			}
			for _, v := range of {
				missing = append(missing, v.Address)
			}
		}
		if got := strings.Join(missing, " "); got != row.want || waiting != nil && since.Unix() != row.since || (waiting == nil) != (row.since == 0) {
			t.Errorf("%s: %q since %s, want %q since %d", row.name, got, since, row.want, row.since)
		}
	}
	if _, _, err := waitingRound(0, []round{{0, []string{"Vote{of another form}"}, nil}}, time.Now()); err == nil || !strings.Contains(fmt.Sprint(err), "another form") {
		t.Errorf("a line that is no vote: %v", err)
	}
}
