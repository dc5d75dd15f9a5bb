package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// tablesProof is the file that proves the tables of an export as a whole.
const tablesProof = "tables.proof"

// exportProved is export with the file that proves the tables: what they are made of is read
// a whole table at a time.
func exportProved(cmd *cobra.Command, info *exportInfo, receipts bool) error {
	c, err := dial(cmd)
	if err != nil {
		return err
	}
	height, _ := cmd.Flags().GetUint64("height")
	all, err := c.Whole(cmd.Context(), height)
	if err != nil {
		s, _ := settingsOf(cmd)
		return explainAsk(s.Node, err)
	}
	n, err := coopWanted(cmd, all.Remote)
	if err != nil {
		return err
	}
	r, err := readingOf(all, n)
	if err == nil {
		err = r.export(cmd, info, receipts)
	}
	if err != nil {
		return explainRead(err)
	}
	path := filepath.Join(info.Folder, tablesProof)
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault("writing the proofs: %w", err)
	}
	err = all.Write(to)
	return withHint(errors.Join(err, to.Close()), "%s is not whole: make the export again", path)
}

// verifyFolder checks the files of an export against the records that tables.proof proves: it
// makes them again and compares. A forger's own records may break what rooms take for granted.
func verifyFolder(cmd *cobra.Command, dir string, trust receipt.Trust) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = rejected("no ledger writes such records as are in %s: %v", filepath.Join(dir, tablesProof), broken)
		}
	}()
	file, err := os.Open(filepath.Join(dir, tablesProof))
	if err != nil {
		return withHint(fault("reading the proofs: %w", err), "give a folder that rochdale coop export --proofs wrote")
	}
	defer file.Close()
	at, proof, err := receipt.ReadTables(file, trust)
	var refuted *receipt.Refuted
	switch {
	case isUntied(err):
		return apart("this export", err)
	case errors.As(err, &refuted):
		return withHint(rejected("%s proves nothing: %w", file.Name(), err), "ask whoever gave it to you for the folder again")
	case err != nil:
		return withHint(fault("%s: %w", file.Name(), err), "the file is damaged or is something else; ask for the folder again")
	}
	info, err := readManifest(dir)
	if err != nil {
		return err
	}
	r, err := readingOf(at, info.Coop)
	if err != nil {
		return withHint(rejected("%s does not prove the tables of co-op %d: %w", tablesProof, info.Coop, err), "ask whoever gave it to you for the folder again")
	}
	return r.compareFolder(cmd, dir, info, proof)
}

// readManifest is what a folder says that it is.
func readManifest(dir string) (info exportInfo, err error) {
	var said struct {
		Format, Chain, Name, Day string
		Coop                     state.Coop
		Height                   uint64
		Members, Left, Holdings  int
		Capital                  money.Amount `json:"share_capital"`
		OwedOn                   account.Code `json:"owed_on"`
		Files                    []struct{ Name string }
	}
	raw, err := readBounded(filepath.Join(dir, exportManifest), 16<<20)
	if err == nil {
		err = json.Unmarshal(raw, &said)
	}
	if err == nil && said.Format != coopExportFormat {
		err = fmt.Errorf("its format is %q", said.Format)
	}
	if err != nil {
		return info, withHint(fault("%s does not say what the folder is: %w", filepath.Join(dir, exportManifest), err), "give a folder that rochdale coop export --proofs wrote")
	}
	info = exportInfo{Chain: said.Chain, Coop: said.Coop, Name: said.Name, Height: said.Height, Day: said.Day,
		Members: said.Members, Left: said.Left, Holdings: said.Holdings, Capital: said.Capital, OwedOn: said.OwedOn}
	for _, f := range said.Files {
		info.asJSON = info.asJSON || f.Name == jsonOf(membersTable)
	}
	return info, nil
}

// says is what an export says of itself in a line.
func (info exportInfo) says() string {
	return fmt.Sprintf("block %d of %s, %s, %s as of %s, %d who have left, %s, %d minor units of share capital", info.Height, info.Chain, info.Name,
		plural(uint64(info.Members), "member"), info.Day, info.Left, plural(uint64(info.Holdings), "holding"), info.Capital)
}

// folderInfo is what a folder was found to be.
type folderInfo struct {
	Proof     receipt.Proof `json:"proof"`
	Coop      string        `json:"coop"`
	Members   int           `json:"members"`
	Capital   string        `json:"share_capital"`
	Files     []fileInfo    `json:"files"`
	Different []string      `json:"different"` // lines that are not those of the ledger
}

// compareFolder makes the files of a folder from what is proved, and compares.
func (r *reading) compareFolder(cmd *cobra.Command, dir string, said exportInfo, proof receipt.Proof) error {
	made := exportInfo{OwedOn: said.OwedOn, asJSON: said.asJSON, made: map[string][]byte{}}
	if err := r.exportFiles(cmd, &made); err != nil {
		return rejected("%s does not prove the tables: %w", filepath.Join(dir, tablesProof), err)
	}
	out := folderInfo{Proof: proof, Coop: fmt.Sprintf("%d, %s", r.Coop(), r.name), Members: made.Members, Capital: r.money(made.Capital), Files: made.Files, Different: []string{}}
	if said.says() != made.says() {
		out.Different = append(out.Different, fmt.Sprintf("%s: it says %s; proved is %s", filepath.Join(dir, exportManifest), said.says(), made.says()))
	}
	for _, name := range slices.Sorted(maps.Keys(made.made)) {
		path := filepath.Join(dir, name)
		has, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			out.Different = append(out.Different, path+": it is missing")
		case err != nil:
			return fault("reading %s: %w", path, err)
		default:
			out.Different = append(out.Different, differences(path, string(has), string(made.made[name]))...)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return fault("reading the folder: %w", err)
	}
	for _, f := range files {
		if _, known := made.made[f.Name()]; !known && !slices.Contains([]string{tablesProof, exportManifest, receiptsFolder}, f.Name()) {
			out.Different = append(out.Different, filepath.Join(dir, f.Name())+": nothing proves this file")
		}
	}
	if len(out.Different) > 0 {
		return refuseFolder(cmd, dir, out.Different)
	}
	err = show(cmd, out, func(w io.Writer) {
		proof.Statement = []string{fmt.Sprintf("The tables in %s are those of co-op %s, whole: %s with a share capital of %s, in %s.",
			dir, out.Coop, plural(uint64(out.Members), "member"), out.Capital, plural(uint64(len(out.Files)), "file"))}
		writeProof(w, proof)
	})
	if err != nil || proof.Anchored {
		return err
	}
	return withHint(untied("it is signed by validators you have not named; who they are, it cannot prove"),
		"give --genesis FILE, or --fingerprint once you have compared it with one from a source you trust")
}

func refuseFolder(cmd *cobra.Command, dir string, different []string) error {
	noteAll(cmd, different)
	return withHint(rejected("%s is not what the ledger held, in %s", dir, plural(uint64(len(different)), "place")), "ask whoever gave it to you for the folder again; go by nothing in these lines")
}

// differences are the lines in which a file is not what it should be: by the line of the file
// if it has it, and by what is missing if not.
func differences(path, has, should string) (out []string) {
	if has == should {
		return nil
	}
	are, want := strings.Split(has, "\n"), strings.Split(should, "\n")
	left := map[string]int{} // of the lines that should be there
	for _, line := range want {
		left[line]++
	}
	found := make([]bool, len(are))
	for i, line := range are {
		if found[i] = left[line] > 0; found[i] {
			left[line]--
		}
	}
	missing := map[string][]string{} // by the first cell
	for _, line := range want {
		if left[line] > 0 {
			left[line]--
			missing[firstCell(line)] = append(missing[firstCell(line)], line)
		}
	}
	for i, line := range are {
		if found[i] {
			continue
		}
		where := fmt.Sprintf("%s:%d: ", path, i+1)
		if same := missing[firstCell(line)]; len(same) > 0 {
			out = append(out, where+fmt.Sprintf("it says %s, the ledger held %s", words.Quote(line), words.Quote(same[0])))
			missing[firstCell(line)] = same[1:]
			continue
		}
		out = append(out, where+fmt.Sprintf("the ledger held no %s", words.Quote(line)))
	}
	for _, cell := range slices.Sorted(maps.Keys(missing)) {
		for _, line := range missing[cell] {
			out = append(out, fmt.Sprintf("%s: %s is missing, which the ledger held", path, words.Quote(line)))
		}
	}
	if len(out) == 0 {
		out = append(out, path+": its lines are in another order than the ledger held")
	}
	return out
}

// firstCell is what a line is of: its first cell.
func firstCell(line string) string {
	cell, _, _ := strings.Cut(line, ",")
	return strings.TrimSpace(cell)
}
