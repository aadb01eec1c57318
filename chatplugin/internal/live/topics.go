package live

import (
	"encoding/hex"
	"strings"
)

const (
	roomPrefix = "rooms/"
	userPrefix = "users/"
)

func roomTopic(room string) string { return roomPrefix + room }

// userTopic is where a person's list is told of. The users are the host's and
// their ids may be of any shape, a topic's name may not: such an id stands
// there in hex, behind a colon that no other has.
func userTopic(user string) string {
	if strings.IndexFunc(user, odd) < 0 {
		return userPrefix + user
	}
	return userPrefix + ":" + hex.EncodeToString([]byte(user))
}

// ownerOf is whose topic that is, "" for that of a room.
func ownerOf(topic string) string {
	user, ok := strings.CutPrefix(topic, userPrefix)
	if !ok {
		return ""
	}
	if code, ok := strings.CutPrefix(user, ":"); ok {
		plain, err := hex.DecodeString(code)
		if err != nil {
			return ""
		}
		return string(plain)
	}
	return user
}

func odd(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.'
}

func userTopics(users []string) []string {
	topics := make([]string, len(users))
	for i, user := range users {
		topics[i] = userTopic(user)
	}
	return topics
}
