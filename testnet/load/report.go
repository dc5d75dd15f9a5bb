package load

import (
	"slices"
	"time"
)

// A Report is what a run found. Latencies are from the moment a transaction was to be
// sent to the moment its commit could be proved: the next header was there. The _ns of
// a name is nanoseconds, _us microseconds.
type Report struct {
	Target     string        `json:"target"` // ledger, or reference: the engine's example
	Members    int           `json:"members"`
	Rate       int           `json:"rate"` // asked for; zero is as many as possible
	Mix        Mix           `json:"mix_percent"`
	Bytes      float64       `json:"bytes_a_transaction"`
	Seconds    float64       `json:"seconds"`
	Sent       int           `json:"sent"`
	Committed  int           `json:"committed"`  // different ones, done
	Repeated   int           `json:"repeated"`   // in a block a second time, without effect
	Early      int           `json:"early"`      // in a block before an earlier one of the sender, without effect, and sent again
	Refused    int           `json:"refused"`    // on arrival or in a block
	Lost       int           `json:"lost"`       // sent and in no block
	Unsent     int           `json:"unsent"`     // due, and never sent since an earlier one of the sender was not done
	Throughput float64       `json:"throughput"` // committed a second, from the first sent to the last committed
	P50        time.Duration `json:"p50_ns"`
	P95        time.Duration `json:"p95_ns"`
	P99        time.Duration `json:"p99_ns"`
	P999       time.Duration `json:"p999_ns"`
	Worst      time.Duration `json:"worst_ns"`
	Kinds      []KindReport  `json:"kinds"`  // of each that was sent
	Blocks     int           `json:"blocks"` // with transactions of the run
	Block      BlockReport   `json:"block"`
	Usage      Usage         `json:"usage"`
	Silent     int           `json:"silent"`      // nodes that stopped answering
	SilentOnes []string      `json:"silent_ones"` // which
	Again      int           `json:"again"`       // sent again, since a node was silent or a block had it too early
	Cut        bool          `json:"interrupted"` // sending ended before its time
	GaveUp     bool          `json:"gave_up"`     // sending ended since the bound of a search was missed
	Checked    bool          `json:"checked"`     // the ledger's own record could be read
	Sound      bool          `json:"sound"`       // it agrees: each transaction once
}

// A KindReport is what became of one kind of transaction.
type KindReport struct {
	Kind      Kind          `json:"kind"`
	Sent      int           `json:"sent"`
	Committed int           `json:"committed"`
	P50       time.Duration `json:"p50_ns"`
	P99       time.Duration `json:"p99_ns"`
}

// A BlockReport describes the blocks from the first to the last with transactions of
// the run; the sizes are of those with any.
type BlockReport struct {
	Transactions    Quantity `json:"transactions"`        // of whoever sent them
	Engine          Quantity `json:"engine_transactions"` // of the engine: bundles, or transactions alone
	Bytes           Quantity `json:"bytes"`               // of all transactions
	IntervalSeconds Seconds  `json:"interval_seconds"`    // between the times in two headers
}

// A Quantity is what many blocks have of something.
type Quantity struct {
	Median int `json:"median"`
	Max    int `json:"max"`
}

// Seconds are how long many things took.
type Seconds struct {
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
	Max    float64 `json:"max"`
}

// percentile is the nearest rank: the smallest of the sorted values that at least so
// many in a thousand do not exceed. It is zero if there are none.
func percentile[T any](sorted []T, permille int) (v T) {
	if len(sorted) == 0 {
		return v
	}
	rank := (len(sorted)*permille + 999) / 1000
	return sorted[max(rank, 1)-1]
}

// report sums up what the watcher saw, by the outcome that each item has now.
func (r *run) report() Report {
	b := r.book
	b.mu.Lock()
	defer b.mu.Unlock()
	rep := Report{
		Target: r.target.name(), Members: r.Members, Rate: r.Rate, Mix: r.Mix, Sent: len(b.sent),
		Repeated: b.repeated, Early: b.early, Silent: r.courier.silence(), SilentOnes: r.silentOnes(), Again: b.resent,
	}
	var took []time.Duration
	var ofKind [Pairs + 1][]time.Duration
	var kinds [Pairs + 1]KindReport
	last, bytes := r.began, 0
	for _, i := range b.sent {
		it := &r.plan.items[i]
		kinds[it.kind].Sent++
		bytes += len(it.raw)
		switch it.outcome {
		case done:
			rep.Committed++
			kinds[it.kind].Committed++
			d := it.provable.Sub(it.intended)
			took, ofKind[it.kind] = append(took, d), append(ofKind[it.kind], d)
			if it.provable.After(last) {
				last = it.provable
			}
		case refused:
			rep.Refused++
		default:
			rep.Lost++
		}
	}
	rep.Seconds = last.Sub(r.began).Seconds()
	if rep.Seconds > 0 {
		rep.Throughput = float64(rep.Committed) / rep.Seconds
	}
	if rep.Sent > 0 {
		rep.Bytes = float64(bytes) / float64(rep.Sent)
	}
	slices.Sort(took)
	rep.P50, rep.P95, rep.P99 = percentile(took, 500), percentile(took, 950), percentile(took, 990)
	rep.P999, rep.Worst = percentile(took, 999), percentile(took, 1000)
	rep.Kinds = reportKinds(kinds, ofKind)
	rep.Blocks, rep.Block = reportBlocks(r.watcher.blocks)
	return rep
}

// silentOnes are the names of the nodes that did not answer.
func (r *run) silentOnes() []string {
	r.courier.mu.Lock()
	defer r.courier.mu.Unlock()
	out := []string{}
	for i, name := range r.names {
		if r.courier.silent[i] {
			out = append(out, name)
		}
	}
	return out
}

func reportKinds(kinds [Pairs + 1]KindReport, took [Pairs + 1][]time.Duration) []KindReport {
	out := []KindReport{}
	for k := range kinds {
		if kinds[k].Sent == 0 {
			continue
		}
		slices.Sort(took[k])
		kinds[k].Kind = Kind(k)
		kinds[k].P50, kinds[k].P99 = percentile(took[k], 500), percentile(took[k], 990)
		out = append(out, kinds[k])
	}
	return out
}

// reportBlocks sums up the blocks from the first to the last that is ours, and says
// how many that are.
func reportBlocks(all []block) (ours int, rep BlockReport) {
	first, last := -1, -1
	for i, b := range all {
		if b.ours > 0 {
			if first < 0 {
				first = i
			}
			last = i
			ours++
		}
	}
	if ours == 0 {
		return 0, rep
	}
	var transactions, engine, bytes []int
	var intervals []float64
	for i, b := range all[first : last+1] {
		if b.transactions > 0 {
			transactions, engine, bytes = append(transactions, b.transactions), append(engine, b.engine), append(bytes, b.bytes)
		}
		if i > 0 {
			intervals = append(intervals, b.time.Sub(all[first+i-1].time).Seconds())
		}
	}
	slices.Sort(intervals)
	return ours, BlockReport{
		Transactions: quantity(transactions), Engine: quantity(engine), Bytes: quantity(bytes),
		IntervalSeconds: Seconds{percentile(intervals, 500), percentile(intervals, 990), percentile(intervals, 1000)},
	}
}

func quantity(of []int) Quantity {
	slices.Sort(of)
	return Quantity{percentile(of, 500), percentile(of, 1000)}
}
