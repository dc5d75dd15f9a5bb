package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newFederationCmd() *cobra.Command {
	return newNoun("federation", groupCoops, "Found a federation, and see its co-ops and their validators",
		`  rochdale federation show
  rochdale federation invite "Delcer School Co-op" "Millbrook Housing" \
    --name Anytown --chain anytown-1
  rochdale federation announce 12D3KooW… node.delcer.example:26656`,
		newFederationShowCmd(), newFederationFingerprintCmd(), newFederationInviteCmd(), newFederationAcceptCmd(), newFederationSealCmd(), newFederationCheckCmd(),
		newFederationAnnounceCmd(), newFederationReplaceCmd(), newFederationConfirmCmd())
}

// coopInfo is a co-op as results show it.
type coopInfo struct {
	Coop      state.Coop `json:"coop"`
	Name      string     `json:"name"`
	Validator string     `json:"validator_key"`     // rochdaleval1…; empty if the co-op has no validator
	Consensus string     `json:"validator_address"` // in consensus: how the engine names it; empty if there is none
	Power     int64      `json:"power"`
	Peer      string     `json:"peer"`
	Address   string     `json:"address"`
	Faults    uint64     `json:"faults"` // times its validator was caught misbehaving
	Next      *nextInfo  `json:"next,omitempty"`
}

// nextInfo is a validator that waits for its power.
type nextInfo struct {
	Validator string `json:"validator_key"`
	Consensus string `json:"validator_address"`
	Peer      string `json:"peer"`
	Address   string `json:"address"`
	Since     uint64 `json:"since"` // block in which the co-op decided on it
}

func coopInfoOf(n state.Coop, c federation.Coop) coopInfo {
	v := c.Validator
	info := coopInfo{n, c.Name, tx.ValidatorKey(v.Key).String(), fmt.Sprintf("%X", v.ConsensusAddress()), v.Power(), v.Peer, v.Address, c.Faults, nil}
	if next := c.Next; next.Waits() {
		address := federation.Validator{Key: next.Key}.ConsensusAddress()
		info.Next = &nextInfo{tx.ValidatorKey(next.Key).String(), fmt.Sprintf("%X", address), next.Peer, next.Address, next.Since}
	}
	return info
}

// nextFact says which validator waits for its power, nothing if none does.
func nextFact(c coopInfo) string {
	if c.Next == nil {
		return ""
	}
	return fmt.Sprintf("%s, since block %s, at %s", c.Next.Consensus, words.Count(c.Next.Since), or(c.Next.Address, "no address"))
}

func validatorFact(c coopInfo) string {
	if c.Validator == "" {
		return "none"
	}
	return fmt.Sprintf("%s, power %d", c.Consensus, c.Power)
}

// federationInfo is the whole as results show it.
type federationInfo struct {
	Name    string     `json:"name"`
	Chain   string     `json:"chain"`
	Height  uint64     `json:"height"`
	Time    stamp      `json:"time"`
	Rules   state.Head `json:"rules"`      // by which blocks are made, and what is appointed
	Powered int        `json:"powered"`    // validators with power
	All     int        `json:"validators"` // with and without power
	Coops   []coopInfo `json:"coops"`
}

// rulesWords say by which version of the rules blocks are made, and when the next
// takes over.
func (f federationInfo) rulesWords() string {
	says := fmt.Sprintf("version %d", f.Rules.Version)
	if f.Rules.Trial.On {
		says += ", of a trial"
	}
	if f.Rules.Migrating.Version != 0 {
		says += ", to which the records are being brought"
	}
	if next := f.Rules.Next; next.Version != 0 {
		says += fmt.Sprintf("; version %d from block %s on, which needs %s", next.Version, words.Count(next.Height), next.Program)
	}
	return says
}

func newFederationShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show the co-ops, their validators, power and addresses",
		Example: "  rochdale federation show\n  rochdale federation show --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return readFederation(cmd, func(r state.Reader) error {
				name, err := federation.NameOf(r)
				if err != nil {
					return err
				}
				info := federationInfo{Name: name, Chain: r.Chain(), Height: r.Height(), Time: stamp(r.Time())}
				if info.Rules, err = state.HeadOf(r); err != nil {
					return err
				}
				err = federation.Range(r, func(n state.Coop, c federation.Coop) (bool, error) {
					info.Coops = append(info.Coops, coopInfoOf(n, c))
					if len(c.Validator.Key) > 0 {
						info.All++
					}
					if c.Validator.Power() > 0 {
						info.Powered++
					}
					return true, nil
				})
				if err != nil {
					return err
				}
				return show(cmd, info, func(w io.Writer) { writeFederation(w, info) })
			})
		},
	}
	cmd.Flags().Uint64("height", 0, "read as it was after this block, not as it is now")
	return cmd
}

func writeFederation(w io.Writer, f federationInfo) {
	clock := ""
	if ahead := f.Rules.Trial.Offset; ahead > 0 {
		clock = "set " + words.Span(uint64(ahead)) + " forward"
	}
	writeFacts(w, fact{"federation", f.Name}, fact{"chain", f.Chain}, fact{"block", f.Height}, fact{"time", f.Time}, fact{"clock", clock}, fact{"rules", f.rulesWords()},
		fact{"validators", fmt.Sprintf("%d with power, of %d", f.Powered, f.All)})
	fmt.Fprintln(w)
	t := newTable("co-op", "name", "power", "faults", "dialled at", "validator")
	for _, c := range f.Coops {
		t.row(c.Coop, c.Name, c.Power, c.Faults, or(c.Address, "not announced"), or(c.Consensus, "none"))
	}
	t.write(w)
	for _, c := range f.Coops {
		if next := c.Next; next != nil {
			fmt.Fprintf(w, "\nCo-op %d waits for a validator that has no power yet, since block %s:\n", c.Coop, words.Count(next.Since))
			fmt.Fprintf(w, "  %s\n  %s\n", next.Consensus, or(next.Address, "no address"))
		}
	}
}

func newCoopCmd() *cobra.Command {
	return newNoun("coop", groupCoops, "See one co-op at a glance, bring one in, take it along",
		"  rochdale coop show --coop 1\n  rochdale coop import ours --day 2026-12-31 --check\n  rochdale coop export ours",
		newCoopShowCmd(), newCoopImportCmd(), newCoopExportCmd())
}

// coopShowInfo is a co-op with its figures.
type coopShowInfo struct {
	coopInfo
	Members    uint64            `json:"members"` // numbers given out
	Active     uint64            `json:"active"`
	Classes    map[string]uint64 `json:"active_by_class"`
	Operations uint64            `json:"operations"` // on the register
	Motions    uint64            `json:"motions"`
	Open       uint64            `json:"open_motions"`
	Currency   string            `json:"currency"`
}

func newCoopShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show a co-op's members, motions and validator in figures",
		Example: "  rochdale coop show\n  rochdale coop show --coop 2 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error { return showCoop(cmd, r) })
		},
	}
	addReadFlags(cmd)
	return cmd
}

func showCoop(cmd *cobra.Command, r *reading) error {
	coop, err := federation.Find(r, r.Coop())
	if err != nil {
		return err
	}
	register, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	motions, err := ballot.TotalsOf(r)
	if err != nil {
		return err
	}
	info := coopShowInfo{
		coopInfo: coopInfoOf(r.Coop(), coop), Members: register.Members, Active: register.ActiveIn(0), Classes: map[string]uint64{},
		Operations: register.Operations, Motions: motions.Motions, Open: motions.Open, Currency: r.policy.Currency,
	}
	for i, name := range r.policy.Classes {
		if i < len(register.Active) {
			info.Classes[name] = register.Active[i]
		}
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w,
			fact{"co-op", fmt.Sprintf("%d, %s", info.Coop, info.Name)},
			fact{"members", fmt.Sprintf("%s active, %s on the register", formatCount(int64(info.Active)), formatCount(int64(info.Members)))},
			fact{"motions", fmt.Sprintf("%s under way, %s in all", formatCount(int64(info.Open)), formatCount(int64(info.Motions)))},
			fact{"currency", info.Currency},
			fact{"validator", validatorFact(info.coopInfo)},
			fact{"waits for", nextFact(info.coopInfo)},
			fact{"dialled at", or(info.Address, "not announced")},
			fact{"faults", numberOrNone(info.Faults)})
	})
}
