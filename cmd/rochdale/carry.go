package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// A hint that names a command is copied. So that it does what it says where the command
// before it ran, it carries the flags that say where: home, node, key and co-op.

// carriedFlags are these flags, in the order in which they are put behind a command.
var carriedFlags = []string{"home", "node", "key", "coop"}

// commandLine finds a command in a sentence, up to punctuation before a space.
var commandLine = regexp.MustCompile(`\brochdale [a-z](?:[^;:,()]|[;:,][^ ])*`)

// proseWords end a command in a sentence.
var proseWords = []string{"and", "or", "to", "if", "then", "from", "for", "in", "with", "on", "prints", "says", "shows", "again", "first", "instead"}

// forOthersSay are the ends of what stands before a command in hints for someone else, on
// another machine.
var forOthersSay = []string{
	`runs`, `its holder makes it with`, `who gets it checks it with`, `members accept it with`, `circle confirms it`,
	`confirms the payment first`, `another member to second it`, `another guardian vouch`, `let the member take it back`,
	`member \d+ can take it back`, `have someone propose you`, `then a member proposes`, `in a directory of its own, with`, `and then with`, `take the difference away, of member \d+`,
}

var forOthers = regexp.MustCompile(`(?i)\b(` + strings.Join(forOthersSay, "|") + `): *$`)

// carry puts the flags that say where behind the commands that text names, if they were
// given to cmd and the commands take them. A key is carried to commands that open it.
func carry(cmd *cobra.Command, text string) string {
	if cmd == nil || !cmd.HasParent() {
		return text
	}
	var out strings.Builder
	at := 0
	for _, span := range commandLine.FindAllStringIndex(text, -1) {
		if forOthers.MatchString(text[:span[0]]) {
			continue
		}
		line := cutProse(text[span[0]:span[1]])
		target, _, err := cmd.Root().Find(strings.Fields(line)[1:])
		if err != nil || strings.HasSuffix(line, "--help") || !target.HasParent() || target.HasSubCommands() {
			continue
		}
		out.WriteString(text[at:span[0]] + line + whereTo(cmd, target, line))
		at = span[0] + len(line)
	}
	return out.String() + text[at:]
}

// cutProse is a command without the words of the sentence that goes on behind it.
func cutProse(line string) string {
	words := strings.Split(line, " ")
	for i, w := range words {
		if i > 1 && slices.Contains(proseWords, w) && !strings.HasPrefix(words[i-1], "--") {
			words = words[:i]
			break
		}
	}
	return strings.TrimRight(strings.Join(words, " "), " .")
}

// whereTo are the flags of cmd that target needs as well, as they are typed.
func whereTo(cmd, target *cobra.Command, line string) string {
	out := ""
	for _, name := range carriedFlags {
		f := cmd.Flags().Lookup(name)
		if f == nil || !f.Changed || strings.Contains(line, "--"+name) {
			continue
		}
		if name == "key" && !signsWith(target, line) || name == "coop" && target.Flags().Lookup(name) == nil {
			continue
		}
		if name == "coop" && cmd.CommandPath() == "rochdale me link" && target.CommandPath() == "rochdale me show" {
			continue // without it all that are linked are shown
		}
		out += " --" + name + " " + quoteArg(f.Value.String())
	}
	return out
}

// signsWith says whether a command line uses the key that --key names: it acts for a member,
// or proves a key without naming it otherwise.
func signsWith(target *cobra.Command, line string) bool {
	return target.Flags().Lookup("as") != nil || target.CommandPath() == "rochdale key prove" && !provesNamed.MatchString(line)
}

// provesNamed finds a command that proves a key which it names.
var provesNamed = regexp.MustCompile(`key prove [A-Z]`)

// quoteArg is an argument as a shell takes it.
func quoteArg(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
