package workload

import (
	"reflect"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// From block plainFrom on, every plainEvery blocks, each kind of action of which no
// occasion has made one is made of plain values: a new kind is in the workload
// before anyone writes an occasion for it. Simple actions take effect so; others
// are refused, alike in every replica.
const (
	plainFrom  = 500
	plainEvery = 25
)

// plain makes the transactions of kinds without an occasion.
func (w *Work) plain() ([][]byte, error) {
	if w.height < plainFrom || w.height%plainEvery != 0 {
		return nil, nil
	}
	var out [][]byte
	for _, k := range app.Kinds {
		if w.worked[k.Number] {
			continue
		}
		raw, err := w.plainOf(k)
		if err != nil {
			return nil, err
		}
		if raw != nil {
			out = append(out, raw)
			w.plainly[k.Name]++
		}
	}
	return out, nil
}

// plainOf makes a transaction of a kind. A draw that finds nobody who may take it
// is repeated, up to tries times.
func (w *Work) plainOf(k state.Kind) (raw []byte, err error) {
	for range tries {
		w.coop = w.anyCoop(w.rng)
		w.r = w.view.Of(w.coop)
		a, err := w.plainAction(k)
		if err != nil {
			return nil, err
		}
		if raw, err := w.take(step{action: a}); raw != nil || err != nil {
			return raw, err
		}
	}
	return nil, nil
}

// plainAction makes an action of a kind from plain values.
func (w *Work) plainAction(k state.Kind) (state.Action, error) {
	zero, err := k.Read(tx.Encode(struct{}{}))
	if err != nil {
		return nil, err
	}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	if err := w.fill(v); err != nil {
		return nil, err
	}
	return v.Interface().(state.Action), nil
}

// fill gives a field of an action a value: members are active ones, keys new ones,
// bytes as long as a digest, numbers small, lists of one element.
func (w *Work) fill(v reflect.Value) error {
	switch v.Interface().(type) {
	case state.Member:
		m, err := w.anyMember(member.Active)
		v.SetUint(uint64(m))
		return err
	case tx.PublicKey:
		v.SetBytes(w.newKey().Public())
		return nil
	case tx.ValidatorKey:
		v.SetBytes(w.validatorKey().Validator())
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if err := w.fill(v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			digest := make([]byte, 32)
			digest[0] = byte(w.rng.IntN(256))
			v.SetBytes(digest)
			return nil
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return w.fill(v.Index(0))
	case reflect.String:
		v.SetString("plain")
	case reflect.Bool:
		v.SetBool(w.rng.IntN(2) == 0)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
		v.SetUint(1 + w.rng.Uint64N(3))
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int:
		v.SetInt(1 + w.rng.Int64N(100))
	}
	return nil
}
