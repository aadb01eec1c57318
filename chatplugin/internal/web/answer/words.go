package answer

// Words are the sentences and titles of refusals that no rule has words for.
type Words struct {
	BadRequest   string
	Unauthorized string
	Forbidden    string
	NotFound     string
	TooLarge     string
	TooMany      string
	Internal     string
	Gone         string // the server is stopping or cut the request short

	TitleBad       string // titles of the failure page, by status
	TitleSignIn    string
	TitleForbidden string
	TitleNotFound  string
	TitleTooLarge  string
	TitleTooMany   string
	TitleInternal  string
}

// WithDefaults fills what is empty with English.
func (w Words) WithDefaults() Words {
	fill(&w.BadRequest, "The server could not make sense of this request. Go back and try again.")
	fill(&w.Unauthorized, "Sign in to go on.")
	fill(&w.Forbidden, "You may not do this here.")
	fill(&w.NotFound, "There is nothing at this address.")
	fill(&w.TooLarge, "This is more than the server takes at once. Send less, or smaller files.")
	fill(&w.TooMany, "You are asking faster than this server answers. Wait a little and try again.")
	fill(&w.Internal, "Something went wrong on the server. Nothing is known to be lost: try again in a moment.")
	fill(&w.Gone, "The server could not finish this in time. Try again.")
	fill(&w.TitleBad, "That did not work")
	fill(&w.TitleSignIn, "Sign in first")
	fill(&w.TitleForbidden, "Not allowed")
	fill(&w.TitleNotFound, "Not found")
	fill(&w.TitleTooLarge, "Too large")
	fill(&w.TitleTooMany, "Too fast")
	fill(&w.TitleInternal, "Something went wrong")
	return w
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
