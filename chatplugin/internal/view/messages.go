package view

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// Messages turns rows into bubbles. What lies at or before since is not seen,
// so a reply to something there shows no quote.
func (v *View) Messages(app core.App, rows []store.Message, since int64) ([]templates.Message, error) {
	people, err := v.Store.People(app, authorsOf(rows)...)
	if err != nil {
		return nil, err
	}
	return v.Bubbles(rows, since, people), nil
}

// Bubbles is Messages by people who are known.
func (v *View) Bubbles(rows []store.Message, since int64, people map[string]store.Person) []templates.Message {
	messages := make([]templates.Message, len(rows))
	for i, row := range rows {
		messages[i] = v.message(row, since, people)
	}
	return messages
}

// Named are the ids of those whose names stand in bubbles, each once.
func Named(rows []store.Message) []string {
	ids := authorsOf(rows)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// MessageInEach turns one row into a bubble in each language.
func (v *View) MessageInEach(app core.App, row store.Message) ([]templates.Message, error) {
	people, err := v.Store.People(app, authorsOf([]store.Message{row})...)
	if err != nil {
		return nil, err
	}
	messages := make([]templates.Message, len(v.All()))
	for i, spoken := range v.All() {
		messages[i] = spoken.message(row, 0, people)
	}
	return messages, nil
}

func authorsOf(rows []store.Message) []string {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.Author, row.QuoteAuthor)
		ids = append(ids, reactorsOf(row)...)
		if row.Kind == chat.System {
			ids = append(ids, peopleOf(row.SystemEvent())...)
		}
	}
	return ids
}

func peopleOf(event chat.Event) []string {
	ids := []string{event.Actor}
	for _, target := range event.Targets {
		ids = append(ids, target.ID)
	}
	return ids
}

func (v *View) message(row store.Message, since int64, people map[string]store.Person) templates.Message {
	message := templates.Message{
		ID: row.ID, Room: row.Room, Seq: row.Seq, Rev: row.Rev, Kind: string(row.Kind), Created: row.Created.Time(),
		Edited: !row.Edited.IsZero(), Deleted: !row.Deleted.IsZero(), ClientID: row.ClientID, Body: row.Body,
	}
	if row.Kind == chat.System {
		message.System = v.sentence(row, people)
		return message
	}
	message.Author = v.Person(people[row.Author])
	if message.Deleted {
		return message
	}
	if row.Body != "" {
		message.HTML = v.Markup.HTML(row.ID, row.Rev, row.Body)
		message.Big = chat.OnlyEmoji(row.Body)
	}
	for _, name := range row.Files {
		message.Files = append(message.Files, v.file(row, name))
	}
	message.Quote = v.quote(row, since, people)
	message.Reactions = v.reactions(row, people)
	return message
}

// Quote is a message as the one that is about to answer it shows it.
func (v *View) Quote(app core.App, message store.Message) (*templates.Quote, error) {
	people, err := v.Store.People(app, message.Author)
	if err != nil {
		return nil, err
	}
	return &templates.Quote{ID: message.ID, Author: v.Person(people[message.Author]), Text: chat.Snippet(message.Body, quoteLength)}, nil
}

func (v *View) quote(row store.Message, since int64, people map[string]store.Person) *templates.Quote {
	if row.QuoteSeq == 0 || row.QuoteSeq <= since {
		return nil
	}
	quote := &templates.Quote{ID: row.ReplyTo, Author: v.Person(people[row.QuoteAuthor]), Deleted: row.QuoteDeleted != ""}
	if !quote.Deleted {
		quote.Text = v.line(row.QuoteBody, quoteLength)
	}
	return quote
}

// sentence says what a system message tells, in the words of the labels and by
// the names that people have now; by those of then, where they are gone.
func (v *View) sentence(row store.Message, people map[string]store.Person) string {
	event := row.SystemEvent()
	name := func(id, then string) string {
		if person := people[id]; person.Name != "" {
			return person.Name
		}
		if then == "" && id != "" {
			return v.Site.Labels.Somebody
		}
		return then
	}
	said := templates.SystemSentence(v.Site.Labels, templates.Event{
		Type: string(event.Type), Actor: name(event.Actor, event.ActorName), Targets: namesOf(event.Targets, name), More: event.More,
		Self: len(event.Targets) == 1 && event.Targets[0].ID == event.Actor, Room: event.Name, Role: string(event.Role),
	})
	if said == "" {
		return chat.Snippet(row.Body, 500) // written by a host or an operator
	}
	return said
}

func namesOf(targets []chat.Target, name func(id, then string) string) []string {
	names := make([]string, len(targets))
	for i, target := range targets {
		names[i] = name(target.ID, target.Name)
	}
	return names
}
