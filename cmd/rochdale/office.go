package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
)

func newOfficeNounCmd() *cobra.Command {
	return newNoun("office", groupCoops, "Fill offices and boards for a term",
		`  rochdale office list
  rochdale office elect auditor 7 9 --propose 1
  rochdale office rotate auditor --day 2027-04-01 --propose 1`,
		newOfficeListCmd(), newOfficeElectCmd(), newOfficeRotateCmd())
}

// officeNamed reads the name of an office, also one that the charter names.
func (r *reading) officeNamed(text string) (charter.Office, error) {
	for _, rule := range r.policy.Membership.Offices {
		if rule.Name != "" && strings.EqualFold(strings.ReplaceAll(rule.Name, "-", " "), strings.ReplaceAll(text, "-", " ")) {
			return rule.Office, nil
		}
	}
	o, err := parseOffice(text)
	if err == nil || len(r.policy.Membership.Offices) == 0 {
		return o, err
	}
	all, readErr := charter.OfficesOf(r)
	if readErr != nil {
		return o, err
	}
	var names []string
	for _, o := range all {
		names = append(names, strings.ReplaceAll(r.policy.Office(o), " ", "-"))
	}
	return o, withHint(fault("%s", err.Error()), "the offices are: %s", strings.Join(names, ", "))
}

func newOfficeElectCmd() *cobra.Command {
	var until string
	cmd := newActCmd("elect OFFICE MEMBER…", "Elect members to an office for a term",
		`  rochdale office elect auditor 7 9 --propose 1
  rochdale office elect treasurer 7 --until 2027-04-30 --propose 1`,
		cobra.MinimumNArgs(2), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			o, err := s.officeNamed(args[0])
			if err != nil {
				return act{}, err
			}
			members, err := parseMembers(args[1:])
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--until", until)
			return act{kind: office.KindElect, action: office.Elect{Office: o, Members: members, Until: day}, next: "see who holds what: rochdale office list"}, err
		})
	cmd.Long = `Elect members to an office or a board for a term: until a day, or for as long as the
charter says. The charter also says how many seats there are, how many for members of
each class, and for how many terms in a row one can be elected. Who holds the office is
elected again within 92 days before the term is over.`
	addDayFlag(cmd, &until, "until", "day on which the term is over [the charter's term]")
	return cmd
}

func newOfficeRotateCmd() *cobra.Command {
	var day string
	cmd := newActCmd("rotate OFFICE", "Have a third of an office's holders retire",
		`  rochdale office rotate auditor --day 2027-04-01 --propose 1`,
		wantArgs("OFFICE"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			o, err := s.officeNamed(args[0])
			if err != nil {
				return act{}, err
			}
			on, err := parseDay("--day", day)
			return act{kind: office.KindRotate, action: office.Rotate{Office: o, Day: on}, next: "see who retires: rochdale office list"}, err
		})
	cmd.Long = `Have a third of those who hold an office, or the number nearest to it, retire on a day:
those who have been in it longest since they were last elected; where several are equal,
the lot decides, which nobody draws: it follows from a block that is made after this.`
	addDayFlag(cmd, &day, "day", "day on which they retire")
	must(cmd.MarkFlagRequired("day"))
	return cmd
}

// seatInfo is a seat of an office, and who holds it until when.
type seatInfo struct {
	Office string       `json:"office"`
	Member state.Member `json:"member,omitempty"` // zero if nobody holds it
	Since  stamp        `json:"since,omitzero"`
	Until  stamp        `json:"until,omitzero"`
	InARow uint8        `json:"terms_in_a_row,omitempty"`
}

func newOfficeListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List who holds which office, and until when",
		Example: "  rochdale office list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				seats, err := r.seats()
				if err != nil {
					return err
				}
				return show(cmd, seats, func(w io.Writer) { writeSeats(w, seats) })
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// seats are all holders of offices, and the offices that nobody holds.
func (r *reading) seats() ([]seatInfo, error) {
	offices, err := charter.OfficesOf(r)
	if err != nil {
		return nil, err
	}
	var out []seatInfo
	for _, o := range offices {
		holders, err := member.Holders(r, o)
		if err != nil {
			return nil, err
		}
		if len(holders) == 0 {
			out = append(out, seatInfo{Office: r.policy.Office(o)})
		}
		for _, m := range holders {
			post, _, err := member.PostOf(r, m, o)
			if err != nil {
				return nil, err
			}
			t, err := office.TermOf(r, o, m)
			if err != nil {
				return nil, err
			}
			seat := seatInfo{Office: r.policy.Office(o), Member: m, Since: stamp(post.Since)}
			if t.Since == post.Since && t.Until != 0 {
				seat.Until, seat.InARow = dayStamp(t.Until), t.InARow
			}
			out = append(out, seat)
		}
	}
	return out, nil
}

func writeSeats(w io.Writer, seats []seatInfo) {
	t := newTable("office", "held by", "since", "until", "terms")
	for _, s := range seats {
		if s.Member == 0 {
			t.row(s.Office, "nobody", "", "", "")
			continue
		}
		until, in := "", ""
		if s.Until != 0 {
			until, in = s.Until.day(), fmt.Sprint(s.InARow)
		}
		t.row(s.Office, fmt.Sprintf("member %d", s.Member), s.Since.day(), until, in)
	}
	t.write(w)
}

// officeInfo is an office and who holds it.
type officeInfo struct {
	Office  string         `json:"office"`
	Holders []state.Member `json:"holders"`
}

func newMemberOfficesCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "offices",
		Short:   "List the offices and who holds them",
		Example: "  rochdale member offices --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				var offices []officeInfo
				all, err := charter.OfficesOf(r)
				if err != nil {
					return err
				}
				for _, o := range all {
					holders, err := member.Holders(r, o)
					if err != nil {
						return err
					}
					offices = append(offices, officeInfo{r.policy.Office(o), append([]state.Member{}, holders...)})
				}
				return show(cmd, offices, func(w io.Writer) {
					t := newTable("office", "held by")
					for _, o := range offices {
						t.row(o.Office, or(memberNumbers(o.Holders), "nobody"))
					}
					t.write(w)
				})
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}
