package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// Person is somebody who can sign in.
type Person struct{ ID, Token string }

// People answers the first n people; those who are missing are made.
func (s *Server) People(n int, people *[]Person) error {
	if missing := n - len(s.people); missing > 0 {
		ids, err := s.options.People(context.Background(), missing)
		if err != nil {
			return err
		}
		for _, id := range ids {
			record, err := s.options.App.FindRecordById(s.options.Store.Users.Collection, id)
			if err != nil {
				return err
			}
			token, err := record.NewAuthToken()
			if err != nil {
				return err
			}
			s.people = append(s.people, Person{ID: id, Token: token})
		}
	}
	*people = s.people[:n]
	return nil
}

// RoomAsked is a group to make, of which everybody has read all.
type RoomAsked struct {
	Name     string
	Members  []string // ids; the first one owns it
	Messages int      // written by them in turn
	Unread   int      // of the last messages, by the first member
}

// RoomMade is a group that was made.
type RoomMade struct {
	ID  string
	Rev int64
}

// rowsAtOnce is how many rows one transaction writes.
const rowsAtOnce = 5000

// Rooms makes groups by the thousand rows, past hooks, as chat seed does.
func (s *Server) Rooms(asked []RoomAsked, made *[]RoomMade) error {
	for _, room := range asked {
		row, err := s.room(room)
		if err != nil {
			return err
		}
		*made = append(*made, row)
	}
	return nil
}

func (s *Server) room(asked RoomAsked) (RoomMade, error) {
	made := RoomMade{ID: core.GenerateDefaultRandomId()}
	begun := types.NowDateTime().Add(-time.Duration(asked.Messages+1) * time.Second)
	err := s.bulk(func(bulk *store.Bulk) error {
		members := int64(len(asked.Members))
		if err := bulk.Room(store.Room{ID: made.ID, Type: chat.Group, Name: asked.Name, Members: members, MembersRev: members, LastActivity: begun, Created: begun}); err != nil {
			return err
		}
		for i, user := range asked.Members {
			role := chat.Member
			if i == 0 {
				role = chat.Owner
			}
			if err := bulk.Member(store.Member{ID: core.GenerateDefaultRandomId(), Room: made.ID, User: user, Role: role, Notify: "all", Created: begun}); err != nil {
				return err
			}
		}
		return nil
	})
	for done := 0; err == nil && done < asked.Messages; done += rowsAtOnce {
		err = s.bulk(func(bulk *store.Bulk) (err error) {
			made.Rev, err = talk(bulk, made.ID, asked, begun, done, min(done+rowsAtOnce, asked.Messages))
			return err
		})
	}
	return made, err
}

func (s *Server) bulk(write func(*store.Bulk) error) error {
	return s.options.App.RunInTransaction(func(tx core.App) error {
		bulk, err := store.NewBulk(tx)
		if err != nil {
			return err
		}
		return errors.Join(write(bulk), bulk.Close())
	})
}

// talk writes the messages from one number up to another.
func talk(bulk *store.Bulk, room string, asked RoomAsked, begun types.DateTime, from, to int) (rev int64, err error) {
	at := func(i int) types.DateTime { return begun.Add(time.Duration(i) * time.Second) }
	ids := make([]string, to-from)
	for i := range ids {
		ids[i] = core.GenerateDefaultRandomId()
	}
	n := int64(len(ids))
	grown, err := bulk.Grow(room, store.Growth{Revs: n, Posts: n, LastSeq: n, LastMessage: ids[n-1], At: at(to - 1)})
	if err != nil {
		return 0, err
	}
	for i, id := range ids {
		number := int64(from + i + 1) // counted from the room's beginning, as its revisions are
		err := bulk.Message(store.Message{
			ID: id, Room: room, Author: asked.Members[(from+i)%len(asked.Members)], Seq: number, Rev: number,
			Kind: chat.Text, Body: bodyOf(number), Created: at(from + i),
		})
		if err != nil {
			return 0, err
		}
	}
	if err := bulk.AllRead(grown); err != nil || asked.Unread == 0 {
		return grown.Rev, err
	}
	unread := int64(asked.Unread)
	return grown.Rev, bulk.Mark(room, asked.Members[0], grown.Rev-unread, grown.Posts-unread)
}

// bodyOf is what a message says: about as long as people's are, and told from
// all others by its number.
func bodyOf(number int64) string {
	return fmt.Sprintf("Message %d: I will be there around eight, bring something to *drink* if you can.", number)
}

// RowsAsked asks for messages of a room, in the order of their places.
type RowsAsked struct {
	Room   string
	After  int64 // those with a later revision; else those before a place
	Before int64 // 0 for the end
	Limit  int
}

// Stored is a message as it is stored.
type Stored struct {
	ID, Author, Body string
	Seq, Rev         int64
}

// most is more messages than a bench sends.
const most = 1 << 30

// Rows reads what was stored, for comparing it with what was sent and shown.
func (s *Server) Rows(asked RowsAsked, rows *[]Stored) error {
	if asked.Before == 0 {
		asked.Before = math.MaxInt64
	}
	var found []store.Message
	var err error
	if asked.Limit > 0 {
		found, _, err = store.Before(s.options.App, asked.Room, 0, asked.Before, asked.Limit)
	} else {
		found, _, err = store.ChangedAfter(s.options.App, asked.Room, 0, asked.After, most)
	}
	for _, m := range found {
		*rows = append(*rows, Stored{ID: m.ID, Author: m.Author, Body: m.Body, Seq: m.Seq, Rev: m.Rev})
	}
	return err
}

// Recount answers where a room's counters differ from its rows.
func (s *Server) Recount(room string, found *[]string) error {
	differences, err := store.Recount(s.options.App, room)
	for _, difference := range differences {
		*found = append(*found, fmt.Sprint(difference))
	}
	return err
}
