package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/node"
)

// Environment variables. A flag wins over its variable, and --home over the variable
// of a node, if it is the home of one; a variable set to the empty string counts as not
// set.
const (
	envHome          = "ROCHDALE_HOME"
	envNode          = "ROCHDALE_NODE"
	envKey           = "ROCHDALE_KEY"
	envPassphrase    = "ROCHDALE_PASSPHRASE"
	envNewPassphrase = "ROCHDALE_NEW_PASSPHRASE"
)

const (
	defaultNode = "http://127.0.0.1:26657"
	defaultKey  = "default"

	// keyExt ends the name of every key file in a home directory.
	keyExt = ".key"
)

// settings are the flags every command has, resolved.
type settings struct {
	Home string // directory of keys and of a node's data
	Node string // address of the node to ask
	Key  string // path of the key file to sign with
	JSON bool   // results as JSON
}

// addSettings declares the flags that every command has.
func addSettings(root *cobra.Command) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.String("home", "", "directory of keys and node data [$"+envHome+", ~/.rochdale]")
	f.String("node", "", "address of the node to ask [$"+envNode+", "+defaultNode+"]")
	f.String("key", "", "key to use: a name in HOME/keys, or the path of a file [$"+envKey+", "+defaultKey+"]")
	f.Bool("json", false, "print the result as JSON")
	f.BoolP("yes", "y", false, "do not ask") // what asks nothing takes it too, so that scripts may always give it
	must(f.MarkHidden("yes"))
	must(root.RegisterFlagCompletionFunc("key", completeKey))
	must(root.MarkPersistentFlagDirname("home"))
	must(root.RegisterFlagCompletionFunc("node", cobra.NoFileCompletions))
}

// settingsOf resolves the shared flags of cmd: flag, then environment, then
// default. The node to ask is that of an explicit --home, if it holds one, unless
// --node names another. It fails if there is no home directory to default to, if the
// configuration of that node cannot be read, or if the name of the key is no name.
func settingsOf(cmd *cobra.Command) (settings, error) {
	var s settings
	f := cmd.Flags()
	pick := func(flag, env, otherwise string) string {
		if v, err := f.GetString(flag); err == nil && v != "" {
			return v
		}
		if v := os.Getenv(env); v != "" {
			return v
		}
		return otherwise
	}
	s.JSON, _ = f.GetBool("json")
	s.Node = pick("node", envNode, defaultNode)
	s.Home = pick("home", envHome, "")
	if s.Home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return s, withHint(fmt.Errorf("finding your home directory: %w", err), "give --home DIR or set %s", envHome)
		}
		s.Home = filepath.Join(user, ".rochdale")
	}
	if f.Changed("home") && !f.Changed("node") || os.Getenv(envHome) != "" && os.Getenv(envNode) == "" && !f.Changed("node") {
		if address, err := homeNode(s.Home); err != nil {
			return s, err
		} else if address != "" {
			s.Node = address
		}
	}
	key := pick("key", envKey, defaultKey)
	path, err := keyPath(s.Home, key)
	s.Key = path
	return s, err
}

// homeNode is the RPC address of the node whose home a directory is, empty if it is
// none's.
func homeNode(home string) (string, error) {
	if _, err := os.Stat(node.ConfigFile(home)); err != nil {
		return "", nil
	}
	cfg, err := node.LoadConfig(home)
	return cmp.Or(cfg.RPC.Address, node.DefaultRPCAddress), explainNode(err)
}

// keyPath is the file that --key means: a path if the value holds a separator
// or ends in .key, otherwise a name in the home's directory of keys.
func keyPath(home, key string) (string, error) {
	if strings.ContainsRune(key, filepath.Separator) || strings.HasSuffix(key, keyExt) {
		return key, nil
	}
	if strings.HasPrefix(key, ".") || strings.HasPrefix(key, "-") {
		return "", withHint(fault("%q is not the name of a key: it starts with %q", key, key[:1]),
			"give a plain name such as --key ada, or a path such as --key ./ada.key")
	}
	return filepath.Join(keyDir(home), key+keyExt), nil
}

// keyDir is the directory of key files that are given by name.
func keyDir(home string) string { return filepath.Join(home, "keys") }

// completeKey offers the names of the key files in the home directory.
func completeKey(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	s, err := settingsOf(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	files, err := filepath.Glob(filepath.Join(keyDir(s.Home), "*"+keyExt))
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), keyExt))
	}
	return names, cobra.ShellCompDirectiveDefault
}

// must stops the program for an error that only a mistake in the tree of
// commands can cause; every test builds the tree.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
