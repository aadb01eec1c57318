package live

import "pocketchat/chatplugin/internal/store"

// Data are messages as frames carry them, for clients without pages: what they
// fetch and what they hear is the same.
func Data(rows []store.Message) []any {
	data := make([]any, len(rows))
	for i, row := range rows {
		data[i] = jsonOf(row)
	}
	return data
}
