package templates

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// TestLook holds that a row's look tells apart whatever of it may differ: a field
// that is new here belongs to it too.
func TestLook(t *testing.T) {
	full := func() Row {
		return Row{Faces: []Person{{}, {}}, Last: &Preview{}}
	}
	looks := map[string]string{full().Look(): "nothing"}
	tell := func(name string, r Row) {
		look := r.Look()
		if other, had := looks[look]; had {
			t.Errorf("%s looks like %s", name, other)
		}
		looks[look] = name
	}
	var vary func(name string, of func(*Row) reflect.Value)
	vary = func(name string, of func(*Row) reflect.Value) {
		probe := full()
		value := of(&probe)
		switch value.Kind() {
		case reflect.Struct:
			if value.Type() == reflect.TypeFor[time.Time]() {
				value.Set(reflect.ValueOf(time.UnixMilli(1)))
				tell(name, probe)
				return
			}
			for i := range value.NumField() {
				vary(name+"."+value.Type().Field(i).Name, func(r *Row) reflect.Value { return of(r).Field(i) })
			}
		case reflect.Pointer:
			vary(name, func(r *Row) reflect.Value { return of(r).Elem() })
			value.SetZero()
			tell(name+" of nothing", probe)
		case reflect.Slice:
			for i := range value.Len() {
				vary(fmt.Sprint(name, i), func(r *Row) reflect.Value { return of(r).Index(i) })
			}
			value.SetLen(1)
			tell(name+" but one", probe)
		case reflect.String:
			value.SetString("x")
			tell(name, probe)
		case reflect.Int, reflect.Int64:
			value.SetInt(7)
			tell(name, probe)
		case reflect.Bool:
			value.SetBool(true)
			tell(name, probe)
		default:
			t.Fatalf("%s is a %s, which this test cannot change", name, value.Kind())
		}
	}
	vary("Row", func(r *Row) reflect.Value { return reflect.ValueOf(r).Elem() })
	if len(looks) < 25 {
		t.Errorf("%d looks", len(looks))
	}
	for name, rows := range map[string][2]Row{
		"between title and avatar": {{Title: "a", Avatar: "bc"}, {Title: "ab", Avatar: "c"}},
		"between numbers":          {{Unread: 1, Posts: 2}, {Unread: 12}},
	} {
		if rows[0].Look() == rows[1].Look() {
			t.Errorf("%s nothing is told apart", name)
		}
	}
}
