package view

import (
	"path"
	"slices"
	"strings"
)

// Pictures that every browser shows and that can hold no script.
var imageTypes = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"}

func isImage(name string) bool {
	return slices.Contains(imageTypes, strings.ToLower(path.Ext(name)))
}

// originalName takes off the random part that PocketBase adds to a stored
// file's name: report_a1b2c3d4e5.pdf.
func originalName(stored string) string {
	ext := path.Ext(stored)
	base := strings.TrimSuffix(stored, ext)
	if cut := len(base) - 11; cut > 0 && base[cut] == '_' {
		base = base[:cut]
	}
	return base + ext
}
