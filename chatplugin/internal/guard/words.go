package guard

import (
	"fmt"
	"strconv"

	"pocketchat/chatplugin/internal/chat"
)

func tooManyFiles(field string, most int) error {
	return chat.Refuse(chat.TooLarge, field, "A message carries at most {n} files. Send the others with another one.", "{n}", strconv.Itoa(most))
}

func fileTooLarge(field, name string, most int64) error {
	return chat.Refuse(chat.TooLarge, field, "{name} is too large: a file may have {size}. Send a smaller one.",
		"{name}", chat.DisplayName(name, "A file"), "{size}", megabytes(most))
}

func pictureTooLarge(field string, most int64) error {
	return chat.Refuse(chat.TooLarge, field, "The picture is too large: a file may have {size}. Send a smaller one.", "{size}", megabytes(most))
}

func tooManyEmoji(code chat.Code, field string, most int) error {
	return chat.Refuse(code, field, "There are {n} different reactions to this message already. Join one of them.", "{n}", strconv.Itoa(most))
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

func tooManyMembers(most int) error {
	return chat.Refuse(chat.TooLarge, "members", "A group has at most {n} members.", "{n}", strconv.Itoa(most))
}
