package main

import (
	"encoding"
	"encoding/hex"
	"reflect"
	"strings"
	"unicode"

	"github.com/rochdale-ledger/rochdale/tx"
)

// plainJSON turns a message into what results show: fields in lower_snake_case,
// keys as they are spelled, other bytes in hexadecimal, enumerations by name.
func plainJSON(v reflect.Value) any {
	if _, ok := v.Interface().(encoding.TextMarshaler); ok {
		return v.Interface()
	}
	switch v.Kind() {
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			value := plainJSON(v.Field(i))
			if f.Tag.Get("spelled") == "validator" { // bytes that are a validator's key
				value = tx.ValidatorKey(v.Field(i).Bytes()).String()
			}
			out[or(name, snake(f.Name))] = value
		}
		return out
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return hex.EncodeToString(v.Bytes())
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = plainJSON(v.Index(i))
		}
		return out
	}
	return v.Interface()
}

// snake is MaxHolding as max_holding.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(rune(name[i-1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
