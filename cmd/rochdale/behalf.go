package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
)

// A serving is the flags of an action that others can take for a member without a key.
type serving struct {
	of    memberFlag
	paper string
}

// add declares --of and --paper.
func (f *serving) add(cmd *cobra.Command) {
	addMemberFlag(cmd, &f.of, "of", "for this member, who has no key, instead of yourself")
	f.addPaper(cmd)
}

// addPaper declares --paper.
func (f *serving) addPaper(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.paper, "paper", "", "with --of: file with what the member signed, or a commitment to it; only a salted digest is recorded")
	must(cmd.MarkFlagFilename("paper"))
}

// read returns for whom the action is, and the commitment to the paper, if one is named.
func (f *serving) read(cmd *cobra.Command, itself state.Member) (m state.Member, paper []byte, err error) {
	if m, err = f.of.member(cmd, itself); err == nil {
		paper, err = f.seal(cmd)
	}
	return m, paper, err
}

// seal returns the commitment to the paper, if one is named, and says which files to keep.
func (f *serving) seal(cmd *cobra.Command) ([]byte, error) {
	if f.paper == "" {
		return nil, nil
	}
	paper, salt, err := sealPaper("the paper", f.paper)
	if err == nil && salt != "" {
		note(cmd, "keep %s with %s: together they show what the member signed", salt, f.paper)
	}
	return paper, err
}

// servedInfo is something that others did for a member without a key.
type servedInfo struct {
	Number uint64      `json:"number"`
	What   string      `json:"what"`            // the kind of action
	About  uint64      `json:"about,omitempty"` // the request, subscription or text
	Time   stamp       `json:"time"`
	By     state.Actor `json:"by"`
	Paper  hexBytes    `json:"paper,omitempty"` // commitment to what the member signed
}

// doing says what was done, and about what.
func (i servedInfo) doing() string {
	if i.About == 0 {
		return wording.Deed(i.What)
	}
	about := "text"
	switch room, _, _ := strings.Cut(i.What, "."); room {
	case "withdrawal":
		about = "request"
	case "share":
		about = "subscription"
	}
	return fmt.Sprintf("%s: %s %d", wording.Deed(i.What), about, i.About)
}

// on is the beginning of the commitment to the paper, which is whole as JSON.
func (i servedInfo) on() string {
	text := i.Paper.String()
	return text[:min(12, len(text))]
}

// historyOfServices adds what others did for the member while it had no key, the latest first.
func (s *session) historyOfServices(info *historyInfo, limit uint64) error {
	err := behalf.Acts(s, s.member, func(n uint64, a behalf.Act) (bool, error) {
		info.Served = append(info.Served, servedInfo{n, wording.KindName(a.Kind), a.Number, stamp(a.Time), a.By, a.Paper})
		return true, nil
	})
	slices.Reverse(info.Served)
	if limit > 0 && uint64(len(info.Served)) > limit {
		info.Served = info.Served[:limit]
	}
	return err
}
