package app

import (
	"fmt"
	"go/ast"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

// paged are the records of every paged table, with the size of the largest. A
// record that holds a string or a list has its largest written out here by the
// room's own limits.
var paged = []struct {
	table   string
	largest any
	bytes   int
}{
	{"member.spent", fullest[member.Spent](), 27},
	{"share.holdings", fullest[share.Holding](), 51},
	{"share.subscriptions", fullest[share.Subscription](), 130},
	{"share.operations", fullest[share.Change](), 158},
	{"withdrawal.tickets", fullest[withdrawal.Ticket](), 178},
	{"document.acceptances", fullest[document.Acceptance](), 39},
	{"ballot.casts", ballot.Paper{Marks: make([]byte, ballot.MaxPaper)}, 244},
	{"ballot.proposed", fullest[uint64](), 9},
	{"surplus.figures", fullest[uint64](), 9},
	{"hold.held", fullest[uint32](), 5},
	{"surplus.parts", fullest[surplus.Part](), 71},
}

// fullest is the value of a type without strings and lists that takes the most
// bytes: every number the largest that it can be.
func fullest[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem())
	return v
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(math.MaxUint64 >> (64 - v.Type().Bits()))
	case reflect.Int64:
		v.SetInt(math.MinInt64)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	default:
		panic(fmt.Sprintf("a %v has no largest value by type: write it out", v.Type()))
	}
}

// Every record that a room writes to a paged table fits.
func TestPagedRecordsFit(t *testing.T) {
	var tables []string
	inspect(t, func(room string, n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return
		}
		for i, v := range spec.Values {
			call, ok := v.(*ast.CallExpr)
			if !ok {
				continue
			}
			if index, ok := call.Fun.(*ast.IndexListExpr); ok && named(index.X, "NewPagedTable") {
				tables = append(tables, room+"."+spec.Names[i].Name)
			}
		}
	})
	if len(tables) < 5 {
		t.Fatalf("found %v only: the search is broken", tables)
	}
	for _, row := range paged {
		n := len(tx.Encode(row.largest))
		if n != row.bytes || n > state.MaxPaged {
			t.Errorf("%s: the largest record has %d bytes, want %d, at most %d fit", row.table, n, row.bytes, state.MaxPaged)
		}
		if i := slices.Index(tables, row.table); i < 0 {
			t.Errorf("there is no paged table %s", row.table)
		} else {
			tables = slices.Delete(tables, i, i+1)
		}
	}
	for _, name := range tables {
		t.Errorf("paged table %s is not in this list", name)
	}
}
