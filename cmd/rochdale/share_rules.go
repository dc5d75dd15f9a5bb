package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// rulesInfo is a version of the rules as results show it.
type rulesInfo struct {
	Version uint32             `json:"version"`
	From    string             `json:"from,omitempty"`
	Rules   *shareclass.Rules  `json:"rules,omitempty"`
	Limits  *shareclass.Limits `json:"limits,omitempty"`
	Dropped bool               `json:"dropped,omitempty"`
	says    []state.Clause
}

func newShareRulesCmd() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:     "rules [CLASS]",
		Short:   "Show what bounds shares of a class, or all, on any day",
		Example: "  rochdale share rules 1\n  rochdale share rules --at 2026-12-31",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := parseDay("--at", at)
			if err != nil {
				return err
			}
			class, err := parseRulesOf(args)
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return showRules(cmd, r, class, day) })
		},
		ValidArgsFunction: completeShareClass,
	}
	addDayFlag(cmd, &at, "at", "those that hold on this day [today]")
	addReadFlags(cmd)
	return cmd
}

// parseRulesOf reads a class, or none for the whole register.
func parseRulesOf(args []string) (shareclass.Number, error) {
	if len(args) == 0 {
		return 0, nil
	}
	n, err := parseNumberUpTo("class", args[0], math.MaxUint16)
	if err != nil {
		return 0, withHint(fault("%v", err), "see those there are: rochdale share classes")
	}
	return shareclass.Number(n), nil
}

func showRules(cmd *cobra.Command, r *reading, class shareclass.Number, day uint64) error {
	if day == 0 {
		day = state.DayOf(r.Time())
	}
	info, later, err := r.rulesOn(class, day)
	if err != nil {
		return err
	}
	for _, v := range later {
		note(cmd, "from %s on there are others: rochdale share rules --at %s", v.From, v.From)
	}
	return show(cmd, info, func(w io.Writer) {
		if info.Version == 0 {
			fmt.Fprintln(w, "No motion has set any.")
		} else {
			fmt.Fprintf(w, "Version %d, from %s on\n", info.Version, info.From)
		}
		for _, f := range info.says {
			fmt.Fprintf(w, "%s: %s\n", f.What, f.After)
		}
	})
}

// rulesOn is the version that holds on a day, and those that hold from later days on.
func (r *reading) rulesOn(class shareclass.Number, day uint64) (info rulesInfo, later []rulesInfo, err error) {
	rules, limits := shareclass.Rules{}, shareclass.Limits{}
	if class != 0 {
		if rules, err = shareclass.RulesOn(r, class, day); err != nil {
			return info, nil, err
		}
	}
	err = shareclass.Versions(r, class, func(n uint32, v shareclass.Version) (bool, error) {
		switch {
		case v.Dropped:
		case v.From > day:
			later = append(later, rulesInfo{Version: n, From: words.Day(v.From)})
		default:
			info.Version, info.From, limits = n, words.Day(v.From), v.Limits
		}
		return true, nil
	})
	if class != 0 {
		info.Rules, info.says = &rules, rules.Facts(r)
	} else {
		info.Limits, info.says = &limits, limits.Facts(r)
	}
	return info, later, err
}

func newShareSetRulesCmd() *cobra.Command {
	var from string
	var values []func(*session, *shareclass.SetRules) error
	cmd := newActCmd("set-rules [CLASS]", "Set what bounds the shares of a class, or all",
		`  rochdale share set-rules 1 --redeemable --notice-days 90 --propose 2
  rochdale share set-rules --capital-floor 50% --cash-floor 1,000.00 \
    --propose 2`, cobra.MaximumNArgs(1), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			class, err := parseRulesOf(args)
			if err != nil {
				return act{}, err
			}
			m, err := s.rulesNow(class)
			if anyway, _ := cmd.Flags().GetBool("anyway"); errors.Is(err, shareclass.ErrClass) && anyway {
				m, err = shareclass.SetRules{Class: class}, nil // another motion opens it first
			}
			if errors.Is(err, shareclass.ErrClass) {
				err = withHint(fault("%w", err), "see which there are: rochdale share classes; where a motion that is under way opens it, give --anyway, --least and --most")
			}
			if err != nil {
				return act{}, err
			}
			if m.From, err = parseDay("--from", from); err != nil {
				return act{}, err
			}
			before := fmt.Sprint(m)
			for _, set := range values {
				if err := set(s, &m); err != nil {
					return act{}, err
				}
			}
			if fmt.Sprint(m) == before && m.From == 0 {
				return act{}, withHint(fault("nothing is named that would change"), "see the flags: rochdale share set-rules --help; those of a class need its number")
			}
			return act{kind: shareclass.KindSetRules, action: m, next: "see them: rochdale share rules " + strings.Join(args, " ")}, nil
		})
	cmd.Long = `Set what bounds the shares of a class from a day on, or, without a class, the whole
register. What no flag names stays as it is today. Whoever holds more, or less, than new
bounds allow keeps it.`
	addDayFlag(cmd, &from, "from", "day from which on they hold [at once]")
	values = append(addRulesFlags(cmd), addLimitsFlags(cmd)...)
	return cmd
}

// rulesNow is the setting that would change nothing.
func (s *session) rulesNow(class shareclass.Number) (m shareclass.SetRules, err error) {
	m.Class = class
	if class == 0 {
		limits, err := shareclass.LimitsOf(s)
		m.Limits = shareclass.LimitsEntry(limits)
		return m, err
	}
	rules, err := shareclass.RulesOf(s, class)
	m.Rules = shareclass.RulesEntry(rules)
	return m, err
}

// A setter puts the value of a flag that was given into the message.
type setter = func(*session, *shareclass.SetRules) error

// textFlag declares a flag of a text; set is called if it is given.
func textFlag(cmd *cobra.Command, name, about string, set func(*session, *shareclass.SetRules, string) error) setter {
	var text string
	cmd.Flags().StringVar(&text, name, "", about)
	must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	return func(s *session, m *shareclass.SetRules) error {
		if !cmd.Flags().Changed(name) {
			return nil
		}
		if err := set(s, m, text); err != nil {
			return withHint(fault("--%s: %w", name, err), "see what stands there now: rochdale share rules")
		}
		return nil
	}
}

func countFlag[N uint32 | uint64](cmd *cobra.Command, name, about string, field func(*shareclass.SetRules) *N) setter {
	return textFlag(cmd, name, about, func(_ *session, m *shareclass.SetRules, text string) error {
		n, err := strconv.ParseUint(strings.ReplaceAll(text, ",", ""), 10, 64)
		if err != nil || uint64(N(n)) != n {
			return fmt.Errorf("%q is not a whole number from 0 up", text)
		}
		*field(m) = N(n)
		return nil
	})
}

func rateFlag(cmd *cobra.Command, name, about string, field func(*shareclass.SetRules) *money.Rate) setter {
	return textFlag(cmd, name, about, func(_ *session, m *shareclass.SetRules, text string) (err error) {
		if text == "none" {
			*field(m) = money.Rate{}
			return nil
		}
		*field(m), err = figure.Rate(text)
		return err
	})
}

func moneyFlag(cmd *cobra.Command, name, about string, field func(*shareclass.SetRules) *money.Amount) setter {
	return textFlag(cmd, name, about, func(s *session, m *shareclass.SetRules, text string) (err error) {
		*field(m), err = s.parseMoney(text)
		return err
	})
}

func leaveFlag(cmd *cobra.Command, name, about string, field func(*shareclass.SetRules) *bool) setter {
	var given bool
	cmd.Flags().BoolVar(&given, name, false, about)
	return func(_ *session, m *shareclass.SetRules) error {
		if cmd.Flags().Changed(name) {
			*field(m) = given
		}
		return nil
	}
}

// classesFlag declares a list of classes, such as 1,3; "none" empties it.
func classesFlag[N charter.Class | shareclass.Number](cmd *cobra.Command, name, about string, field func(*shareclass.SetRules) *[]N) setter {
	return textFlag(cmd, name, about, func(_ *session, m *shareclass.SetRules, text string) error {
		*field(m) = nil
		if text == "none" {
			return nil
		}
		numbers, err := parseNumbers("class", text, shareclass.MaxClasses)
		for _, n := range numbers {
			*field(m) = append(*field(m), N(n))
		}
		return err
	})
}

func addRulesFlags(cmd *cobra.Command) []setter {
	return []setter{
		countFlag(cmd, "least", "class: shares that whoever has any must hold at least", func(m *shareclass.SetRules) *uint64 { return &m.Rules.MinHolding }),
		countFlag(cmd, "most", "class: shares that a member may hold at most", func(m *shareclass.SetRules) *uint64 { return &m.Rules.MaxHolding }),
		rateFlag(cmd, "most-of-class", "class: part of it that one member may hold, like 50%, or none", func(m *shareclass.SetRules) *money.Rate { return &m.Rules.MostOf }),
		rateFlag(cmd, "interest-cap", "class: interest a year at most, like 3%, or none", func(m *shareclass.SetRules) *money.Rate { return &m.Rules.Interest }),
		countFlag(cmd, "interest-after-days", "class: days held before interest", func(m *shareclass.SetRules) *uint32 { return &m.Rules.InterestAfter }),
		leaveFlag(cmd, "redeemable", "class: members may ask for the value back", func(m *shareclass.SetRules) *bool { return &m.Rules.Redeemable }),
		countFlag(cmd, "notice-days", "class: days from that request to the redemption", func(m *shareclass.SetRules) *uint32 { return &m.Rules.Notice }),
		countFlag(cmd, "repaid-in-days", "class: days from the redemption to the last payment", func(m *shareclass.SetRules) *uint32 { return &m.Rules.Spread }),
		classesFlag(cmd, "needed-by", "class: classes of members who keep the minimum, like 1,2, or none", func(m *shareclass.SetRules) *[]charter.Class { return &m.Rules.Needed }),
		leaveFlag(cmd, "transferable", "class: members may transfer them to each other, at their value", func(m *shareclass.SetRules) *bool { return &m.Rules.Transferable }),
		classesFlag(cmd, "convertible-to", "class: classes into which members may convert them, or none", func(m *shareclass.SetRules) *[]shareclass.Number { return &m.Rules.Into }),
		textFlag(cmd, "target", "class: shares, or their money at par like 5,000.00, up to which members build theirs", setTarget),
		rateFlag(cmd, "of-dividends", "class: part of each dividend that goes to the shares until then, like 25%, or none", func(m *shareclass.SetRules) *money.Rate { return &m.Rules.OfDividend }),
		rateFlag(cmd, "of-pay", "class: part of each pay that pays for the shares until then, like 2%, or none", func(m *shareclass.SetRules) *money.Rate { return &m.Rules.OfPay }),
		countFlag(cmd, "part-payments", "class: payments of one subscription at most", func(m *shareclass.SetRules) *uint32 { return &m.Rules.Parts }),
	}
}

// setTarget reads a number of shares, or money that as many as are needed are worth at par.
func setTarget(s *session, m *shareclass.SetRules, text string) error {
	if !strings.Contains(text, ".") {
		n, err := strconv.ParseUint(strings.ReplaceAll(text, ",", ""), 10, 64)
		if err != nil {
			return fmt.Errorf("%q is neither a number of shares nor money with its cents", text)
		}
		m.Rules.Target = n
		return nil
	}
	sum, err := s.parseMoney(text)
	if err != nil {
		return err
	}
	terms, err := shareclass.TermsOf(s, m.Class)
	if err == nil {
		m.Rules.Target = terms.UnitsFor(sum)
	}
	return err
}

func addLimitsFlags(cmd *cobra.Command) []setter {
	return []setter{
		moneyFlag(cmd, "most-money", "register: value of one member's shares of all classes, 0 for no limit", func(m *shareclass.SetRules) *money.Amount { return &m.Limits.MostMoney }),
		rateFlag(cmd, "most-of-capital", "register: part of the capital that one member may hold, like 50%, or none", func(m *shareclass.SetRules) *money.Rate { return &m.Limits.MostOf }),
		rateFlag(cmd, "capital-floor", "register: part of its highest that the capital stays at, like 50%, or none", func(m *shareclass.SetRules) *money.Rate { return &m.Limits.CapitalFloor }),
		moneyFlag(cmd, "cash-floor", "register: what stays in the bank after a payment", func(m *shareclass.SetRules) *money.Amount { return &m.Limits.CashFloor }),
		moneyFlag(cmd, "assets-floor", "register: net assets that stay after a redemption", func(m *shareclass.SetRules) *money.Amount { return &m.Limits.AssetsFloor }),
		textFlag(cmd, "year-end", "register: day at whose close values are fixed, like 12-31, or none", func(_ *session, m *shareclass.SetRules, text string) error {
			m.Limits.YearEnd = 0
			if text == "none" {
				return nil
			}
			var month, day uint32
			if _, err := fmt.Sscanf(text, "%2d-%2d", &month, &day); err != nil || fmt.Sprintf("%02d-%02d", month, day) != text {
				return fmt.Errorf("%q is no day of the year", text)
			}
			m.Limits.YearEnd = month*100 + day
			return nil
		}),
		leaveFlag(cmd, "bears-loss", "register: shares that are redeemed bear a part of the losses", func(m *shareclass.SetRules) *bool { return &m.Limits.BearsLoss }),
		leaveFlag(cmd, "pro-rata", "register: what is paid in part is divided by what is owed, not in the order of the queue", func(m *shareclass.SetRules) *bool { return &m.Limits.ProRata }),
		countFlag(cmd, "clawback-days", "register: days after a redemption in which later losses are taken from it", func(m *shareclass.SetRules) *uint32 { return &m.Limits.Clawback }),
		countFlag(cmd, "unclaimed-days", "register: days after which what nobody claims goes to the reserve", func(m *shareclass.SetRules) *uint32 { return &m.Limits.Unclaimed }),
	}
}
