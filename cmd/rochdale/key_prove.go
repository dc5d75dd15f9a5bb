package main

import (
	"io"

	"github.com/rochdale-ledger/rochdale/tx"
	"github.com/spf13/cobra"
)

// proofInfo is what an applicant gives to the secretary. Nothing in it is secret.
type proofInfo struct {
	PublicKey  string   `json:"public_key"` // rochdale1…
	Possession hexBytes `json:"proof"`
	Chain      string   `json:"chain"`
	Coop       uint32   `json:"coop"`
	Adopts     hexBytes `json:"adopts,omitempty"`        // the founder's signature of what the co-op is founded with
	Digest     string   `json:"founders_sign,omitempty"` // of that, for founders to compare
}

func newKeyProveCmd() *cobra.Command {
	var chain, adopts string
	cmd := &cobra.Command{
		Use:   "prove [KEY]",
		Short: "Prove that you hold a key, to be put on a register",
		Long: `Sign the statement that the holder of this key wants it on the register of one
co-op of one federation. Give the public key and the proof to the secretary;
neither is a secret, and the proof is good for nothing else. A member who wants the key
beside another one adds it with that one: rochdale key add --help

Who founds a co-op signs as well what it is founded with: its charter, who founds it with
which offices, its shares, and what it brings in if it exists already. --adopts names the file
that rochdale federation accept --draft or coop import --founding wrote. Read what it says
before you sign; a co-op is founded with nothing that not every founder signed.`,
		Example: `  rochdale key prove ada --coop 1 --chain anytown-1
  rochdale key prove ada --adopts ours.adoption.json`,
		Args: wantArgs("[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, key, err := openKeyNamed(cmd, args)
			if err != nil {
				return err
			}
			coop, err := coopNamed(cmd)
			if err != nil {
				return err
			}
			info := proofInfo{Chain: or(chain, key.ChainID), Coop: uint32(coop)}
			if coop == 0 {
				info.Coop = key.Coop
			}
			if adopts != "" {
				if err := info.adopt(cmd, adopts, key.Signing()); err != nil {
					return err
				}
			}
			if info.Coop == 0 || info.Chain == "" {
				return withHint(fault("a proof is for one co-op of one federation, and the key's notes do not name them"),
					"give --coop N and --chain ID; your secretary knows both")
			}
			if len(info.Chain) > tx.MaxChain {
				return withHint(fault("a chain id has at most %d bytes", tx.MaxChain), "check --chain")
			}
			signing := key.Signing()
			info.PublicKey, info.Possession = signing.Public().String(), signing.Possession(info.Chain, info.Coop)
			if adopts != "" {
				hint(cmd, "compare what founders sign with the other founders, and give public key and adopts to whoever accepts the invitation for your co-op: rochdale federation accept --help")
				return info.show(cmd)
			}
			hint(cmd, "if you found the co-op, give both to whoever writes the table of its founders; then sign what it is founded with: rochdale key prove KEY --adopts FILE")
			hint(cmd, "to apply, give both to your secretary, who runs: rochdale member apply PUBLIC-KEY --proof PROOF --coop %d", info.Coop)
			hint(cmd, "if you are a member, add it where your other key is: rochdale key add PUBLIC-KEY --proof PROOF --name NAME")
			return info.show(cmd)
		},
		ValidArgsFunction: completeKeyArg,
	}
	cmd.Flags().StringVar(&adopts, "adopts", "", "file of what your co-op is founded with, to be signed as a founder")
	must(cmd.MarkFlagFilename("adopts", "json"))
	cmd.Flags().StringVar(&chain, "chain", "", "chain id of the federation [the key's]")
	must(cmd.RegisterFlagCompletionFunc("chain", cobra.NoFileCompletions))
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

func (info proofInfo) show(cmd *cobra.Command) error {
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, present(fact{"public key", info.PublicKey}, fact{"proof", info.Possession},
			fact{"federation", info.Chain}, fact{"co-op", info.Coop}, fact{"adopts", info.Adopts.String()}, fact{"founders sign", info.Digest})...)
	})
}
