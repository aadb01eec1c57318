package store_test

import (
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
)

func TestPeopleAreRemembered(t *testing.T) {
	h := newHouse(t)
	users, err := h.FindCollectionByNameOrId("users")
	must(t, err)
	ann := core.NewRecord(users)
	ann.SetEmail("ann@example.com")
	ann.SetPassword("correct horse")
	ann.Set("name", "Ann\u202E\n ")
	must(t, h.Save(ann))
	name := func() string {
		t.Helper()
		people, err := h.store.People(h, ann.Id, "", ann.Id, "nobody")
		must(t, err)
		if len(people) != 2 || people["nobody"].ID != "nobody" {
			t.Errorf("people: %v", people)
		}
		return people[ann.Id].Name
	}
	if got := name(); got != "Ann" {
		t.Errorf("her name is shown as %q", got)
	}
	h.exec("UPDATE users SET name = 'Anna' WHERE id = {:id}", dbx.Params{"id": ann.Id}) // by another process
	if got := name(); got != "Ann" {
		t.Errorf("asked the database again: %q", got)
	}
	h.store.Forget(ann.Id)
	if got := name(); got != "Anna" {
		t.Errorf("after a change: %q", got)
	}
}

// What was read before a change, and comes after it, is not remembered: a name
// that somebody gave up would be shown for as long as people are remembered.
func TestPeopleAsTheyWereAreNotRemembered(t *testing.T) {
	h := newHouse(t)
	users, err := h.FindCollectionByNameOrId("users")
	must(t, err)
	ann := core.NewRecord(users)
	ann.SetEmail("ann@example.com")
	ann.SetPassword("correct horse")
	ann.Set("name", "Ann")
	must(t, h.Save(ann))
	before, read := ann.Fresh(), time.Now()
	h.store.Remember(before, read)
	if people, err := h.store.People(h, ann.Id); err != nil || people[ann.Id].Name != "Ann" {
		t.Fatalf("premise: %v, %v", people, err)
	}
	h.exec("UPDATE users SET name = 'Anna' WHERE id = {:id}", dbx.Params{"id": ann.Id})
	count := h.store.Changes()
	h.store.Forget(ann.Id)
	if h.store.Changes() != count+1 {
		t.Error("the change was not counted")
	}
	for range 2 {
		h.store.Remember(before, read) // by a request that began earlier
		if people, err := h.store.People(h, ann.Id); err != nil || people[ann.Id].Name != "Anna" {
			t.Fatalf("shown as she was: %v, %v", people, err)
		}
	}
}

// What is read inside a transaction may be rolled back, and is not remembered.
func TestPeopleOfATransactionAreNotRemembered(t *testing.T) {
	h := newHouse(t)
	_ = h.RunInTransaction(func(tx core.App) error {
		_, err := tx.NonconcurrentDB().NewQuery("INSERT INTO users (id, email, name, tokenKey, password) VALUES ('soon', 's@example.com', 'Soon', 'k', 'x')").Execute()
		must(t, err)
		people, err := h.store.People(tx, "soon")
		must(t, err)
		if people["soon"].Name != "Soon" {
			t.Error("premise: the transaction does not see its own")
		}
		return chat.ErrNoRoom
	})
	if people, err := h.store.People(h, "soon"); err != nil || people["soon"].Name != "" {
		t.Errorf("somebody who never was is called %q, %v", people["soon"].Name, err)
	}
}
