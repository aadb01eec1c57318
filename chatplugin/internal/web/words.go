package web

// Words are the sentences that handlers say by themselves; those of rules come
// with the refusals.
type Words struct {
	NoAddress   string // an e-mail is asked for and none was given
	NobodyFound string // by an e-mail
	NobodyThere string // by the id that a host's page gave
	BadRev      string // a revision that is no number, or below 0
	BadOn       string // a reaction that is neither on nor off
	TooFarBack  string // a revision from before a purge
	Unreadable  string // a body that is not what it says it is
	NoAction    string // an edit that names nothing to change
	NoSuchPage  string
	OtherOrigin string // a socket from a page that is not ours
}

// WithDefaults fills what is empty with English.
func (w Words) WithDefaults() Words {
	fill(&w.NoAddress, "Enter the e-mail address of the person you want to write to.")
	fill(&w.NobodyFound, "Nobody can be reached here by this e-mail address. Check it, or invite them to sign up.")
	fill(&w.NobodyThere, "Nobody can be reached here by this button any more. Find them by their e-mail address.")
	fill(&w.BadRev, "A revision is a whole number from 0 on. Reload the page and try again.")
	fill(&w.BadOn, "A reaction is on=1 or on=0. Reload the page and try again.")
	fill(&w.TooFarBack, "Some of what happened since is gone for good. Load the conversation anew.")
	fill(&w.Unreadable, "The server could not read what was sent. Reload the page and try again.")
	fill(&w.NoAction, "Nothing to change was named. Go back and try again.")
	fill(&w.NoSuchPage, "There is nothing at this address. Go back to your chats.")
	fill(&w.OtherOrigin, "This connection was asked for by another site and was refused.")
	return w
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
