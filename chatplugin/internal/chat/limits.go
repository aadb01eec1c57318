package chat

// Limits bound what people can write and make. Zero fields take the default.
type Limits struct {
	MessageRunes     int   // a message's text, in runes; default 4,000
	NameRunes        int   // a group's name, in runes; default 80
	DescriptionRunes int   // a group's description, in runes; default 500
	GroupMembers     int   // members of a group, the owner included; default 1,000
	AddAtOnce        int   // members added by one request; default 100
	Files            int   // files of one message; default 10
	FileBytes        int64 // one file; default 10 MiB
	Emoji            int   // different emoji that people react with to one message; default 20
	AvatarBytes      int64 // a group's picture; default 2 MiB
	BodyBytes        int64 // a whole form without files; default 256 KiB
}

// WithDefaults fills what is zero.
func (l Limits) WithDefaults() Limits {
	fill(&l.MessageRunes, 4000)
	fill(&l.NameRunes, 80)
	fill(&l.DescriptionRunes, 500)
	fill(&l.GroupMembers, 1000)
	fill(&l.AddAtOnce, 100)
	fill(&l.Files, 10)
	fill(&l.FileBytes, 10<<20)
	fill(&l.Emoji, 20)
	fill(&l.AvatarBytes, 2<<20)
	fill(&l.BodyBytes, 256<<10)
	return l
}

func fill[T int | int64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
