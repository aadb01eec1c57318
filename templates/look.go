package templates

import (
	"encoding/binary"
	"reflect"
)

// Look is all of a row that its HTML is made of: rows of one look are drawn the
// same on one site. It is for comparing, and says nothing by itself.
func (r Row) Look() string {
	b := look(make([]byte, 0, 400))
	b.text(r.ID, r.Type, r.Title, r.Avatar, r.Peer)
	b.number(int64(r.Unread), r.Posts, r.ReadRev, r.LastSeq, r.Rev, r.At.UnixMilli(), int64(len(r.Faces)))
	for _, face := range r.Faces {
		b.text(face.ID, face.Name, face.Avatar)
	}
	b.yes(r.Muted, r.Pinned, r.Open, r.Last != nil)
	if last := r.Last; last != nil {
		b.text(last.Author.ID, last.Author.Name, last.Author.Avatar, last.Text)
		b.yes(last.System, last.Deleted)
		b.number(int64(last.Files))
	}
	return string(b)
}

// look is written so that no two different things come out as one.
type look []byte

func (l *look) text(all ...string) {
	for _, s := range all {
		*l = append(binary.AppendUvarint(*l, uint64(len(s))), s...)
	}
}

func (l *look) number(all ...int64) {
	for _, n := range all {
		*l = binary.AppendVarint(*l, n)
	}
}

func (l *look) yes(all ...bool) {
	for _, is := range all {
		if is {
			*l = append(*l, 1)
		} else {
			*l = append(*l, 0)
		}
	}
}

// OwnRows reports whether rows of the list are ours: what a host draws may be
// about more than its model.
func (v *Views) OwnRows() bool { return same(v.RoomRow, RoomRow) && same(v.ListRows, ListRows) }

// ownForms reports the same of the forms in the dialogs of the list.
func (v *Views) ownForms() bool {
	return same(v.NewDirectForm, NewDirectForm) && same(v.NewGroupForm, NewGroupForm)
}

func same(a, b any) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }
