package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// charterDigest is the SHA-256 of a founding charter, for people to compare.
func charterDigest(c federation.GenesisCoop) string {
	return fmt.Sprintf("%x", federation.CharterDigest(c.Charter))
}

// founderWords are all that a founder is founded with: key, class, sort, commitment, offices.
func founderWords(m federation.GenesisMember, p charter.Policy) string {
	said := []string{m.Key, p.Class(m.Class)}
	if m.Sort != 0 {
		said = append(said, m.Sort.String())
	}
	if m.Commitment != "" {
		said = append(said, "committed to "+m.Commitment)
	}
	return strings.Join(append(said, officesWords(m, p)), ", ")
}

func officesWords(m federation.GenesisMember, p charter.Policy) string {
	if len(m.Offices) == 0 {
		return "no office"
	}
	var names []string
	for _, o := range m.Offices {
		names = append(names, p.Office(o))
	}
	return words.List(names, "and")
}

// officersOf are the founders who hold offices, by their numbers on the register.
func officersOf(c federation.GenesisCoop) (out []string) {
	for i, m := range c.Members {
		if len(m.Offices) > 0 {
			out = append(out, fmt.Sprintf("member %d %s", i+1, officesWords(m, charter.Policy(c.Charter.Policy))))
		}
	}
	return out
}

// foundingClauses say in full what a co-op is founded with: charter, founders, classes of
// shares with their rules. r has its records as they would be then.
func foundingClauses(r state.Reader, c federation.GenesisCoop, own tx.PublicKey) []state.Clause {
	policy := charter.Policy(c.Charter.Policy)
	out := []state.Clause{
		state.Fact("charter", "%s", words.Plain(c.Charter.Name)),
		state.Fact("charter SHA-256", "%s", charterDigest(c)),
		state.Fact("currency", "%s", policy.Currency),
	}
	for i, m := range c.Members {
		said := founderWords(m, policy)
		if m.Key == own.String() {
			said += " (this key)"
		}
		out = append(out, state.Fact(fmt.Sprint("founder ", i+1), "%s", said))
	}
	for _, s := range c.Shares {
		of := fmt.Sprintf("shares of class %d (%s)", s.Number, words.Plain(s.Name))
		out = append(out, state.Fact(of, "%s each", policy.Money(s.Par)))
		rules := shareclass.Rules{MinHolding: s.MinHolding, MaxHolding: s.MaxHolding}
		if s.Rules != nil {
			rules = shareclass.Rules(*s.Rules)
		}
		for _, f := range rules.Facts(r) {
			out = append(out, state.Fact("  "+f.What, "%s", f.After))
		}
	}
	return out
}

// showAdoption shows what a draft founds a co-op with.
func showAdoption(cmd *cobra.Command, a founding.Adoption, file string) error {
	digest, err := a.Digest()
	if err != nil {
		return err
	}
	info := struct {
		foundingCoop
		Digest string `json:"founders_sign"` // founding.Adoption.Digest
		File   string `json:"file"`
	}{foundingCoopOf(a.Number, a.Coop), digest, file}
	return explainRead(previewed(a, func(r state.Reader) error {
		return show(cmd, info, func(w io.Writer) {
			writeFacts(w, fact{fmt.Sprint("co-op ", a.Number), a.Coop.Name}, fact{"founders sign", digest}, fact{"file", file})
			writeClauses(w, "what the co-op is founded with", foundingClauses(r, a.Coop, nil))
		})
	}))
}

// previewed has ask read the records that the founding of a draft would make, but for what the
// co-op brings in.
func previewed(a founding.Adoption, ask func(state.Reader) error) error {
	c := a.Coop
	c.Takeover = nil
	return app.Preview(a.Chain, time.Now(), a.Number, c, func(all state.Reader) error {
		r, err := readingOf(all, a.Number)
		if err != nil {
			return err
		}
		return ask(r)
	})
}

// adopt signs as a founder what the co-op is founded with, and says all of it.
func (info *proofInfo) adopt(cmd *cobra.Command, path string, key tx.PrivateKey) error {
	a, err := readAdoption(path)
	if err != nil {
		return err
	}
	given, err := coopNamed(cmd)
	if err != nil {
		return err
	}
	if chain, _ := cmd.Flags().GetString("chain"); chain != "" && chain != a.Chain || given != 0 && given != a.Number {
		return withHint(fault("%s is of co-op %d of %s", path, a.Number, a.Chain), "leave out --coop and --chain, or give those")
	}
	found := false
	for _, m := range a.Coop.Members {
		found = found || m.Key == key.Public().String()
	}
	if !found {
		return withHint(fault("this key is none of the founders' in %s", path), "sign with the key whose proof you gave, or have the file made with it")
	}
	msg, err := a.Message()
	if err != nil {
		return err
	}
	digest, err := a.Digest()
	if err != nil {
		return err
	}
	info.Chain, info.Coop, info.Adopts, info.Digest = a.Chain, uint32(a.Number), key.SignMessage(msg), digest
	return explainRead(previewed(a, func(r state.Reader) error {
		note(cmd, "you found %s, co-op %d of %s, with", words.Quote(a.Coop.Name), a.Number, a.Chain)
		noteClauses(cmd, foundingClauses(r, a.Coop, key.Public()))
		if a.Coop.Takeover == nil {
			return nil
		}
		m, err := a.Coop.Takeover.Adopt()
		if err != nil {
			return err
		}
		does := wording.Describe(r, m)
		note(cmd, "and you %s", does.Phrase)
		noteClauses(cmd, does.Clauses)
		return nil
	}))
}
