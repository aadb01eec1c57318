package view

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// namedReactors is how many people a reaction names.
const namedReactors = 10

// reactorsOf are the people whom a message's reactions name.
func reactorsOf(row store.Message) (ids []string) {
	for _, reaction := range row.Reactions() {
		ids = append(ids, reaction.Users[:min(len(reaction.Users), namedReactors)]...)
	}
	return ids
}

func (v *View) reactions(row store.Message, people map[string]store.Person) (shown []templates.Reaction) {
	for _, reaction := range row.Reactions() {
		names := make([]string, min(len(reaction.Users), namedReactors))
		for i := range names {
			names[i] = v.Person(people[reaction.Users[i]]).Name
		}
		shown = append(shown, templates.Reaction{Emoji: reaction.Emoji, Count: reaction.Count, Users: reaction.Users, Names: names})
	}
	return shown
}

// Reactors turns who reacted into people with their emoji.
func (v *View) Reactors(app core.App, list []store.Reactor) ([]templates.Reactor, error) {
	ids := make([]string, len(list))
	for i, reactor := range list {
		ids[i] = reactor.User
	}
	people, err := v.Store.People(app, ids...)
	if err != nil {
		return nil, err
	}
	shown := make([]templates.Reactor, len(list))
	for i, reactor := range list {
		shown[i] = templates.Reactor{Person: v.Person(people[reactor.User]), Emoji: reactor.Emoji}
	}
	return shown, nil
}
