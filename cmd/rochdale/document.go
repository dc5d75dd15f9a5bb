package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newDocumentCmd() *cobra.Command {
	return newNoun("document", groupCoops, "Adopt by-laws and other texts, accept them, check a file",
		`  rochdale document list --on 2026-12-31
  rochdale document adopt bylaws.pdf --name by-laws --propose 2
  rochdale document check bylaws.pdf`,
		newDocumentListCmd(), newDocumentShowCmd(), newDocumentAcceptedCmd(), newDocumentCheckCmd(),
		newDocumentAdoptCmd(), newDocumentRepealCmd(), newDocumentAcceptCmd())
}

// textInfo is a text with the version in force on a day.
type textInfo struct {
	Text     document.Number `json:"text"`
	Name     string          `json:"name"`
	Version  uint32          `json:"version,omitempty"` // in force; none if zero
	From     string          `json:"from,omitempty"`
	Digest   hexBytes        `json:"sha256,omitempty"`
	Accepted uint64          `json:"accepted"`
}

// textVersion is one version of a text.
type textVersion struct {
	Version  uint32      `json:"version"`
	Digest   hexBytes    `json:"sha256,omitempty"` // none of a repeal
	From     string      `json:"from"`
	Adopted  stamp       `json:"adopted"`
	By       state.Actor `json:"by"`
	Accepted uint64      `json:"accepted"`
	State    string      `json:"state"` // to come, in force, replaced, repeal
}

func newDocumentListCmd() *cobra.Command {
	var on string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List adopted texts and which version is in force",
		Example: "  rochdale document list\n  rochdale document list --on 2026-12-31 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := parseDay("--on", on)
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				if day == 0 {
					day = state.DayOf(r.Time())
				}
				return listTexts(cmd, r, day)
			})
		},
	}
	addDayFlag(cmd, &on, "on", "the day of which to say what was in force [today]")
	addReadFlags(cmd)
	return cmd
}

func listTexts(cmd *cobra.Command, r *reading, day uint64) error {
	list := []textInfo{}
	err := document.Range(r, 0, ^document.Number(0), func(n document.Number, t document.Text) (bool, error) {
		k, v, err := document.InForce(r, n, day)
		info := textInfo{Text: n, Name: t.Name, Version: k, Digest: v.Digest, Accepted: v.Accepted}
		if k > 0 {
			info.From = words.Day(v.From)
		}
		list = append(list, info)
		return true, err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		note(cmd, "no texts are adopted")
	}
	return show(cmd, list, func(w io.Writer) {
		t := newTable("text", "name", "version", "in force from", "accepted by")
		for _, i := range list {
			if i.Version == 0 {
				t.row(i.Text, i.Name, "", "not in force", "")
				continue
			}
			t.row(i.Text, i.Name, i.Version, i.From, formatCount(int64(i.Accepted)))
		}
		t.write(w)
	})
}

func newDocumentShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show TEXT",
		Short:   "Show the versions of a text, by number or name",
		Example: "  rochdale document show by-laws",
		Args:    wantArgs("TEXT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return read(cmd, func(r *reading) error {
				n, err := textOf(r, args[0])
				if err != nil {
					return err
				}
				return showText(cmd, r, n)
			})
		},
		ValidArgsFunction: completeText,
	}
	addReadFlags(cmd)
	return cmd
}

func showText(cmd *cobra.Command, r *reading, n document.Number) error {
	t, err := document.Find(r, n)
	if err != nil {
		return err
	}
	now, _, err := document.InForce(r, n, state.DayOf(r.Time()))
	if err != nil {
		return err
	}
	list := []textVersion{}
	err = document.Versions(r, n, func(k uint32, v document.Version) (bool, error) {
		info := textVersion{Version: k, Digest: v.Digest, From: words.Day(v.From), Adopted: stamp(v.Adopted), By: v.By, Accepted: v.Accepted, State: "replaced"}
		switch {
		case v.Repeals():
			info.State = "repeal"
		case k == now:
			info.State = "in force"
		case v.From > state.DayOf(r.Time()):
			info.State = "to come"
		}
		list = append(list, info)
		return true, nil
	})
	if err != nil {
		return err
	}
	return show(cmd, struct {
		Text     document.Number `json:"text"`
		Name     string          `json:"name"`
		Versions []textVersion   `json:"versions"`
	}{n, t.Name, list}, func(w io.Writer) {
		fmt.Fprintf(w, "text %d, %q\n", n, t.Name)
		for _, v := range list {
			fmt.Fprintln(w)
			facts := []fact{{"version", fmt.Sprintf("%d, %s", v.Version, v.State)}, {"from", v.From}}
			if len(v.Digest) > 0 {
				facts = append(facts, fact{"SHA-256", v.Digest})
			}
			facts = append(facts, fact{"adopted", fmt.Sprintf("by %s, %v", wording.By(v.By, r.Coop()), v.Adopted.here())})
			if len(v.Digest) > 0 {
				facts = append(facts, fact{"accepted by", words.Plural(v.Accepted, "member")})
			}
			writeFacts(w, facts...)
		}
	})
}

func newDocumentAcceptedCmd() *cobra.Command {
	var page pageFlags
	var version uint32
	cmd := &cobra.Command{
		Use:     "accepted TEXT",
		Short:   "List who has accepted a version of a text",
		Example: "  rochdale document accepted by-laws\n  rochdale document accepted 2 --version 1 --json",
		Args:    wantArgs("TEXT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				n, v, err := versionWanted(r, args[0], version)
				if err != nil {
					return err
				}
				return listAccepted(cmd, r, n, v, &page)
			})
		},
		ValidArgsFunction: completeText,
	}
	page.add(cmd, "member")
	addVersionFlag(cmd, &version)
	addReadFlags(cmd)
	return cmd
}

func listAccepted(cmd *cobra.Command, r *reading, n document.Number, version uint32, page *pageFlags) error {
	type row struct {
		Member state.Member `json:"member"`
		document.Acceptance
	}
	list := []row{}
	err := document.Acceptances(r, n, version, state.Member(page.from), func(m state.Member, a document.Acceptance) (bool, error) {
		if len(list) == page.limit {
			page.more(cmd, uint64(m))
			return false, nil
		}
		list = append(list, row{m, a})
		return true, nil
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		note(cmd, "nobody has accepted version %d of text %d", version, n)
	}
	return show(cmd, list, func(w io.Writer) {
		t := newTable("member", "accepted", "recorded by")
		for _, a := range list {
			t.row(a.Member, stamp(a.Time), wording.By(a.By, r.Coop()))
		}
		t.write(w)
	})
}

func newDocumentCheckCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Say which adopted text a file is, and whether it is in force",
		Example: `  rochdale document check bylaws.pdf
  rochdale document check bylaws.pdf --json`,
		Args: wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			digest, err := digestOfFile(args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return checkText(cmd, r, args[0], digest) })
		},
	}
	addReadFlags(cmd)
	return cmd
}

// checkText looks for a file among all versions of all texts. It fails if it is none.
func checkText(cmd *cobra.Command, r *reading, path string, digest []byte) error {
	type found struct {
		Text    document.Number `json:"text"`
		Name    string          `json:"name"`
		Version uint32          `json:"version"`
		From    string          `json:"from"`
		InForce bool            `json:"in_force"` // today
	}
	list := []found{}
	err := document.Range(r, 0, ^document.Number(0), func(n document.Number, t document.Text) (bool, error) {
		now, _, err := document.InForce(r, n, state.DayOf(r.Time()))
		if err != nil {
			return false, err
		}
		return true, document.Versions(r, n, func(k uint32, v document.Version) (bool, error) {
			if bytes.Equal(v.Digest, digest) {
				list = append(list, found{n, t.Name, k, words.Day(v.From), k == now})
			}
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return withHint(fault("%s is no text that the co-op has adopted; its SHA-256 is %x", path, digest), "see which there are: rochdale document list; one byte more or less is another text")
	}
	return show(cmd, list, func(w io.Writer) {
		for _, f := range list {
			say := "not in force today"
			if f.InForce {
				say = "in force today"
			}
			fmt.Fprintf(w, "version %d of text %d, %q, from %s: %s\n", f.Version, f.Text, f.Name, f.From, say)
		}
	})
}

// digestOfFile is the SHA-256 of a file that members can read, which is not empty.
func digestOfFile(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, withHint(fault("reading the text: %w", err), "check the path")
	}
	if len(raw) == 0 {
		return nil, withHint(fault("%s is empty", path), "give the file that members read")
	}
	sum := sha256.Sum256(raw)
	return sum[:], nil
}
