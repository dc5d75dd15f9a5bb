package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func TestOptionWords(t *testing.T) {
	for _, row := range []struct {
		option ballot.Option
		want   string
	}{
		{ballot.Option{Text: "The mill"}, words.Quote("The mill")},
		{ballot.Option{Member: 4}, "member 4"},
		{ballot.Option{Text: "Ada", Member: 4}, words.Quote("Ada") + ", member 4"},
	} {
		if got := row.option.Words(); got != row.want {
			t.Errorf("%+v is %q, want %q", row.option, got, row.want)
		}
	}
}
