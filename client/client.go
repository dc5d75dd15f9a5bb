package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Bounds of the connection to a node.
const (
	callTimeout = 30 * time.Second // one call, whatever the caller's context allows
	maxAnswer   = 32 << 20         // bytes of one answer, so that no node can fill memory
	maxIdle     = 64               // connections kept open, for programs that send much

	// idleTimeout is how long one is kept that nothing is sent on: less than the ten
	// seconds after which a node closes it, since what is sent just then gets no answer.
	idleTimeout = 5 * time.Second
)

// A Client talks to one node of a federation over CometBFT's JSON-RPC. It holds no
// state of the ledger and trusts the node's answers; AtProved and receipts verify
// them instead. It may be used from several goroutines.
type Client struct {
	address string
	rpc     *rpchttp.HTTP
}

// Dial prepares to talk to the node at address, "http://host:port" or
// "host:port". It does not connect: the first call does, and fails with
// ErrUnreachable if there is no node.
func Dial(address string) (*Client, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	switch u.Scheme {
	case "http", "https":
	case "tcp": // as CometBFT's own configuration writes it
		u.Scheme = "http"
	default:
		return nil, fmt.Errorf("%w: %q: want http://host:port", ErrAddress, address)
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("%w: %q names no host: want http://host:port", ErrAddress, address)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // answers are small; a compression bomb would not be
	transport.MaxIdleConnsPerHost, transport.IdleConnTimeout = maxIdle, idleTimeout
	hc := &http.Client{Transport: bounded{transport}, Timeout: callTimeout}
	rpc, err := rpchttp.NewWithClient(u.String(), "/websocket", hc)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	return &Client{address: u.String(), rpc: rpc}, nil
}

// Address is where the node is.
func (c *Client) Address() string { return c.address }

// bounded cuts answers off at maxAnswer.
type bounded struct{ inner http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.inner.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxAnswer), res.Body}
	return res, nil
}

// Tip describes the last block that the node has committed. It returns
// ErrNoBlock from a node that has none yet.
func (c *Client) Tip(ctx context.Context) (state.Tip, error) {
	return c.tipAt(ctx, 0)
}

func (c *Client) tipAt(ctx context.Context, height uint64) (state.Tip, error) {
	res, err := c.query(ctx, state.PathTip, nil, height, false)
	if err != nil {
		return state.Tip{}, err
	}
	tip, err := answer[state.Tip](c, res)
	if err == nil && tip.Height == 0 {
		err = fmt.Errorf("%w: %s", ErrNoBlock, c.address)
	}
	return tip, err
}

// At reads the records of one height, zero being the last committed one; blocks
// committed later do not change the result. Every room's read functions work on it,
// with ctx for their calls. The node's answers are trusted and not verified;
// AtProved verifies them.
//
// It returns state.ErrHeight for a height that the node does not have.
func (c *Client) At(ctx context.Context, height uint64) (state.Remote, error) {
	tip, err := c.tipAt(ctx, height)
	if err != nil {
		return state.Remote{}, err
	}
	r := state.Remote{Leaves: leaves{ctx, c, tip.Height}, At: tip}
	if tip.Time == 0 { // the node's state has the time of its tip only
		head, err := state.HeadOf(r)
		if err != nil {
			return state.Remote{}, err
		}
		made, err := c.timeOf(ctx, tip.Height)
		if err != nil {
			return state.Remote{}, err
		}
		r.At.Time = head.Clock(made)
	}
	return r, nil
}

// timeOf is the time of a block, in seconds since 1970 UTC.
func (c *Client) timeOf(ctx context.Context, height uint64) (int64, error) {
	h := int64(height)
	res, err := c.rpc.Header(ctx, &h)
	if err != nil {
		return 0, c.explain(ctx, err)
	}
	if res.Header == nil || res.Header.Height != h {
		return 0, fmt.Errorf("%w: %s has no header of height %d", state.ErrHeight, c.address, height)
	}
	return res.Header.Time.Unix(), nil
}

// leaves reads the leaves of one height, one at a time. It is valid as long as ctx.
type leaves struct {
	ctx    context.Context
	c      *Client
	height uint64
}

func (l leaves) Leaf(key []byte) ([]byte, error) {
	res, err := l.c.query(l.ctx, state.PathKey, key, l.height, false)
	if err != nil {
		return nil, err
	}
	if uint64(res.Height) != l.height {
		return nil, fmt.Errorf("%w: asked for height %d, it answered for %d", ErrForeign, l.height, res.Height)
	}
	if len(res.Value) == 0 {
		return nil, nil
	}
	return res.Value, nil
}

// firstRange is how many leaves the first answer about a range holds; each further
// one may hold four times as many, up to state.MaxRange, so that reading a short
// list does not transfer a megabyte.
const firstRange = 64

func (l leaves) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	for limit := uint64(firstRange); ; limit = min(4*limit, state.MaxRange) {
		q := state.RangeQuery{Start: start, End: end, Limit: limit}
		res, err := l.c.query(l.ctx, state.PathRange, tx.Encode(q), l.height, false)
		if err != nil {
			return err
		}
		got, err := answer[state.RangeAnswer](l.c, res)
		if err != nil {
			return err
		}
		if got.Tip.Height != l.height || (got.More && len(got.Leaves) == 0) {
			return fmt.Errorf("%w: its answer about a range makes no sense", ErrForeign)
		}
		for _, leaf := range got.Leaves {
			// Keys must ascend inside the range, so that the loop ends whatever the
			// node answers.
			if bytes.Compare(leaf.Key, start) < 0 || bytes.Compare(leaf.Key, end) >= 0 {
				return fmt.Errorf("%w: its answer about a range is out of order", ErrForeign)
			}
			start = append(bytes.Clone(leaf.Key), 0)
			more, err := fn(leaf.Key, leaf.Value)
			if err != nil || !more {
				return err
			}
		}
		if !got.More {
			return nil
		}
	}
}

// Check says what the next block would answer to raw, without sending it: a dry
// run. The answer's Height is that of the state it was tried on.
func (c *Client) Check(ctx context.Context, raw []byte) (state.Done, error) {
	res, err := c.query(ctx, state.PathCheck, raw, 0, false)
	if err != nil {
		return state.Done{}, err
	}
	return answer[state.Done](c, res)
}

// query asks the node's application. A refusal of the question is an error.
func (c *Client) query(ctx context.Context, path string, data []byte, height uint64, prove bool) (abci.ResponseQuery, error) {
	res, err := c.rpc.ABCIQueryWithOptions(ctx, path, data, rpcclient.ABCIQueryOptions{Height: int64(height), Prove: prove})
	if err != nil {
		return abci.ResponseQuery{}, c.explain(ctx, err)
	}
	switch r := res.Response; r.Code {
	case 0:
		return r, nil
	case state.CodeAbsent:
		return r, errAbsent
	case state.CodeHeight:
		return r, fmt.Errorf("%w: %s says: %s", state.ErrHeight, c.address, r.Log)
	case state.CodeIndex:
		return r, fmt.Errorf("%w: %s says: %s", ErrNoIndex, c.address, r.Log)
	case state.CodePath:
		return r, fmt.Errorf("%w: %s does not know %s", ErrForeign, c.address, path)
	default:
		return r, fmt.Errorf("node %s could not answer %s: %s", c.address, path, r.Log)
	}
}

// answer decodes the application's answer. An answer that does not decode is not
// from a Rochdale node.
func answer[T any](c *Client, res abci.ResponseQuery) (T, error) {
	v, err := tx.Decode[T](res.Value)
	if err != nil {
		return v, fmt.Errorf("%w: %s: %w", ErrForeign, c.address, err)
	}
	return v, nil
}
