package guard

import (
	"fmt"

	"pocketchat/chatplugin/internal/chat"
)

func tooManyFiles(most int) string {
	return fmt.Sprintf("A message carries at most %d files. Send the others with another one.", most)
}

func fileTooLarge(name string, most int64) string {
	return fmt.Sprintf("%s is too large: a file may have %s. Send a smaller one.", chat.DisplayName(name, "A file"), megabytes(most))
}

func tooManyEmoji(most int) string {
	return fmt.Sprintf("There are %d different reactions to this message already. Join one of them.", most)
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

func tooManyMembers(most int) error {
	return chat.Refuse(chat.TooLarge, "members", fmt.Sprintf("A group has at most %d members.", most))
}
