// Command verifier is the verification of receipts for JavaScript: a page that a
// member opens on a phone, or a program in Node. It needs no server and no node.
//
//	GOOS=js GOARCH=wasm go build -ldflags="-s -w" -trimpath -o verifier.wasm ./cmd/verifier
//
// It is loaded with wasm_exec.js of the Go that built it and sets one global
// function:
//
//	rochdaleVerify(receipt, trust[, links]) → JSON
//
// receipt is the file's bytes, a Uint8Array. trust is what is known beforehand of
// the federation: the text of its genesis file, or the fingerprint of its
// validators in hexadecimal, or "" for nothing. links is a file of links from these
// validators to later ones, a Uint8Array, if there is one. The JSON is a receipt.Proof
// with "ok": true, or "ok": false with "error", a sentence, and "part", which part does
// not hold; it is empty if a file or the trust cannot be read. It is "untied" if the
// receipt is sound and cannot be tied to the validators that are trusted: that accuses
// nobody, and links may help. A page must say so, and must not call a Proof that is not
// "anchored" proved: it is signed by validators whom nobody has named. When the
// function is set and globalThis.rochdaleReady is one too, that is called.
package main

import (
	"encoding/json"
	"errors"
	"strings"
	"syscall/js"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

func main() {
	js.Global().Set("rochdaleVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		out, err := json.Marshal(verify(args))
		if err != nil {
			return `{"ok":false,"part":"","error":"the answer cannot be written"}`
		}
		return string(out)
	}))
	if ready := js.Global().Get("rochdaleReady"); ready.Type() == js.TypeFunction {
		ready.Invoke()
	}
	select {} // until the page is closed
}

// An accepted is the answer about a receipt that holds.
type accepted struct {
	OK bool `json:"ok"`
	receipt.Proof
}

// A refused is the answer about one that does not, or that cannot be read.
type refused struct {
	OK    bool   `json:"ok"`
	Part  string `json:"part"`
	Error string `json:"error"`
}

// verify answers one call.
func verify(args []js.Value) any {
	proof, err := try(args)
	if err == nil {
		return accepted{true, proof}
	}
	no := refused{Error: err.Error()}
	if why, ok := errors.AsType[*receipt.Refuted](err); ok {
		no.Part = why.Part
	} else if _, ok := errors.AsType[*receipt.Untied](err); ok {
		no.Part = "untied"
	}
	return no
}

var errArgs = errors.New("want the bytes of a receipt as a Uint8Array, the genesis file or the fingerprint as a string, and perhaps the bytes of links")

func try(args []js.Value) (receipt.Proof, error) {
	if n := len(args); n < 2 || n > 3 || args[1].Type() != js.TypeString {
		return receipt.Proof{}, errArgs
	}
	raw, err := bytesOf(args[0], receipt.MaxSize, receipt.ErrReceipt)
	if err != nil {
		return receipt.Proof{}, err
	}
	trust, err := trusting(strings.TrimSpace(args[1].String()))
	if err != nil {
		return receipt.Proof{}, err
	}
	if len(args) == 3 && !args[2].IsUndefined() {
		if trust, err = linked(trust, args[2]); err != nil {
			return receipt.Proof{}, err
		}
	}
	return receipt.Verify(raw, trust)
}

// bytesOf copies an array of at most limit bytes, or else returns tooLarge.
func bytesOf(v js.Value, limit int, tooLarge error) ([]byte, error) {
	if !v.InstanceOf(js.Global().Get("Uint8Array")) {
		return nil, errArgs
	}
	if v.Length() > limit {
		return nil, tooLarge
	}
	raw := make([]byte, v.Length())
	js.CopyBytesToGo(raw, v)
	return raw, nil
}

// linked adds a file of links.
func linked(trust receipt.Trust, file js.Value) (receipt.Trust, error) {
	raw, err := bytesOf(file, receipt.MaxLinksSize, receipt.ErrLinks)
	if err != nil {
		return trust, err
	}
	links, err := receipt.ReadLinks(raw)
	if err != nil {
		return trust, err
	}
	return trust.Extend(links)
}

// trusting reads what is known beforehand: a genesis file is a JSON object.
func trusting(text string) (receipt.Trust, error) {
	switch {
	case text == "":
		return receipt.Trust{}, nil
	case strings.HasPrefix(text, "{"):
		return receipt.TrustGenesis([]byte(text))
	}
	return receipt.TrustValidators(text)
}
