package workload

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

var circleOccasions = []occasion{
	{4, (*Work).createCircle},
	{1, (*Work).changeCircle},
	{1, (*Work).dissolve},
	{2, (*Work).seat},
	{3, (*Work).joinCircle},
	{1, (*Work).leaveCircle},
	{4, (*Work).fund},
	{10, (*Work).spend},
	{12, (*Work).confirmSpending},
	{14, (*Work).takeBack},
}

var documentOccasions = []occasion{
	{2, (*Work).adopt},
	{1, (*Work).repeal},
	{3, (*Work).accept},
}

func (w *Work) createCircle() (step, error) {
	t, err := circle.TotalsOf(w.r)
	if err != nil || len(t.Lasting) >= 5 {
		return nothing, err
	}
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: circle.Create{
		Name: fmt.Sprintf("circle %d", w.height), Terms: circle.Terms{Mandate: "the garden", Open: w.rng.IntN(3) > 0, Convener: m}, Members: w.withFounders(m),
	}}, nil
}

// anyCircle draws one that lasts, zero if there is none.
func (w *Work) anyCircle() (circle.Number, circle.Circle, error) {
	t, err := circle.TotalsOf(w.r)
	if err != nil || len(t.Lasting) == 0 {
		return 0, circle.Circle{}, err
	}
	n := t.Lasting[w.rng.IntN(len(t.Lasting))]
	c, err := circle.Find(w.r, n)
	return n, c, err
}

// inCircle makes a step about a circle that lasts.
func (w *Work) inCircle(about func(circle.Number, circle.Circle) (step, error)) (step, error) {
	n, c, err := w.anyCircle()
	if err != nil || n == 0 {
		return nothing, err
	}
	return about(n, c)
}

func (w *Work) changeCircle() (step, error) {
	return w.inCircle(func(n circle.Number, _ circle.Circle) (step, error) {
		return step{action: circle.Change{Circle: n, Mandate: "the garden and the shed", Open: []bool{true}}}, nil
	})
}

func (w *Work) dissolve() (step, error) {
	return w.inCircle(func(n circle.Number, _ circle.Circle) (step, error) {
		return step{action: circle.Dissolve{Circle: n, Reason: "done"}}, nil
	})
}

func (w *Work) seat() (step, error) {
	return w.inCircle(func(n circle.Number, _ circle.Circle) (step, error) {
		m, err := w.anyMember(member.Active)
		if err != nil || m == 0 {
			return nothing, err
		}
		return step{action: circle.Appoint{Circle: n, Members: []state.Member{m}}}, nil
	})
}

func (w *Work) joinCircle() (step, error) {
	return w.inCircle(func(n circle.Number, _ circle.Circle) (step, error) {
		m, err := w.anyMember(member.Active)
		if err != nil || m == 0 {
			return nothing, err
		}
		return step{circle.Join{Circle: n, Member: m}, m}, nil
	})
}

func (w *Work) leaveCircle() (step, error) {
	return w.inCircle(func(n circle.Number, c circle.Circle) (step, error) {
		if len(c.Members) < 2 {
			return nothing, nil
		}
		m := c.Members[w.rng.IntN(len(c.Members))]
		return step{circle.Leave{Circle: n, Member: m}, m}, nil
	})
}

func (w *Work) fund() (step, error) {
	return w.inCircle(func(n circle.Number, _ circle.Circle) (step, error) {
		return step{action: circle.Fund{Circle: n, Account: rent, Amount: 10_000, Until: w.today() + 20}}, nil
	})
}

func (w *Work) spend() (step, error) {
	return w.inCircle(func(n circle.Number, c circle.Circle) (step, error) {
		if len(c.Members) == 0 || c.Budgets == 0 {
			return nothing, nil
		}
		by := c.Members[w.rng.IntN(len(c.Members))]
		return step{circle.Spend{Circle: n, Amount: money.Amount(1 + w.rng.IntN(3000)), For: "seeds"}, by}, nil
	})
}

// anyPayment draws one of a circle's last payments that is such, zero if there is none.
func (w *Work) anyPayment(n circle.Number, c circle.Circle, such func(circle.Payment) bool) (number uint64, found circle.Payment, err error) {
	err = circle.Payments(w.r, n, max(c.Payments, 8)-7, c.Payments, func(at uint64, p circle.Payment) (bool, error) {
		if such(p) && (number == 0 || w.rng.IntN(2) == 0) {
			number, found = at, p
		}
		return true, nil
	})
	return number, found, err
}

func (w *Work) confirmSpending() (step, error) {
	return w.inCircle(func(n circle.Number, c circle.Circle) (step, error) {
		number, p, err := w.anyPayment(n, c, func(p circle.Payment) bool { return p.Confirmer == 0 })
		if err != nil || number == 0 || len(c.Members) == 0 {
			return nothing, err
		}
		by := c.Members[w.rng.IntN(len(c.Members))]
		return step{circle.Confirm{Circle: n, Payment: number, Amount: p.Amount}, by}, nil
	})
}

func (w *Work) takeBack() (step, error) {
	return w.inCircle(func(n circle.Number, c circle.Circle) (step, error) {
		number, _, err := w.anyPayment(n, c, func(p circle.Payment) bool { return p.Entry != 0 && p.Returned == 0 })
		if err != nil || number == 0 {
			return nothing, err
		}
		return step{action: circle.Return{Circle: n, Payment: number, Reason: "sent back"}}, nil
	})
}

// adopt adopts a new text or another version of one.
func (w *Work) adopt() (step, error) {
	n, _, err := w.anyText()
	if err != nil {
		return nothing, err
	}
	m := document.Adopt{Digest: w.digest(), From: w.today() + uint64(w.rng.IntN(3))}
	if w.rng.IntN(8) > 0 {
		m.Text = n
	}
	if m.Text == 0 {
		m.Name = fmt.Sprintf("rules %d", w.height)
	}
	return step{action: m}, nil
}

// anyText draws a text, zero if there is none.
func (w *Work) anyText() (n document.Number, found document.Text, err error) {
	seen := 0
	err = document.Range(w.r, 1, ^document.Number(0), func(at document.Number, text document.Text) (bool, error) {
		if seen++; w.rng.IntN(seen) == 0 {
			n, found = at, text
		}
		return true, nil
	})
	return n, found, err
}

func (w *Work) repeal() (step, error) {
	n, _, err := w.anyText()
	if err != nil || n == 0 {
		return nothing, err
	}
	return step{action: document.Repeal{Text: n, From: w.today() + 1}}, nil
}

func (w *Work) accept() (step, error) {
	n, text, err := w.anyText()
	if err != nil || n == 0 {
		return nothing, err
	}
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{document.Accept{Member: m, Text: n, Version: text.Versions}, m}, nil
}

// withFounders are a member and two of the founders, ascending.
func (w *Work) withFounders(m state.Member) []state.Member {
	all := []state.Member{state.Member(5 + w.rng.IntN(2)), state.Member(7 + w.rng.IntN(2)), m}
	slices.Sort(all)
	return slices.Compact(all)
}
