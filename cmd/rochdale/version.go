package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
)

// versionInfo is the result of rochdale version.
type versionInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Rules    uint64 `json:"rules"` // latest version of the rules; it has all from 1 on
}

func newVersionCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Show the version of this program",
		Example: "  rochdale version --json",
		GroupID: groupOperators,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := programVersion()
			return show(cmd, v, func(w io.Writer) {
				fmt.Fprintf(w, "rochdale %s\n", v.Version)
				writeFacts(w, fact{"revision", v.Revision}, fact{"go", v.Go}, fact{"platform", v.Platform},
					fact{"rules", fmt.Sprintf("versions 1 to %d", v.Rules)})
			})
		},
	}
}

// programVersion reads what the Go tool recorded when it built the program.
// A build that recorded nothing, such as a test's, is version "devel".
func programVersion() versionInfo {
	v := versionInfo{
		Version:  "devel",
		Go:       runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Rules:    app.Version,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if m := info.Main.Version; m != "" && m != "(devel)" {
		v.Version = m
	}
	modified := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	if modified && v.Revision != "" {
		v.Revision += " with local changes"
	}
	return v
}
