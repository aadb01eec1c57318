package chatplugin

import (
	"slices"

	"golang.org/x/text/language"

	"pocketchat/pb_public"
	"pocketchat/templates"
)

// sites are what every page knows of where it stands, in each language.
func (c *Chat) sites(assets *pb_public.Assets) []templates.Site {
	address := func(hashed string) string { return c.config.BasePath + "/assets/" + hashed }
	views := c.config.Views.WithDefaults()
	site := templates.Site{
		Views: &views, Layout: c.config.Layout,
		App: c.config.AppName, Base: c.config.BasePath, Socket: "/ws" + c.config.BasePath,
		Theme: c.config.Theme, SignUp: !c.config.CloseSignUp,
		MessageRunes: c.config.Limits.MessageRunes, NameRunes: c.config.Limits.NameRunes,
		DescRunes: c.config.Limits.DescriptionRunes, Files: c.config.Limits.Files, FileBytes: c.config.Limits.FileBytes,
	}
	site.Asset = func(name string) string { return address(assets.Name(name)) }
	site.Preload = func(name string) []string {
		var addresses []string
		for _, hashed := range assets.Imports(name) {
			addresses = append(addresses, address(hashed))
		}
		return addresses
	}
	var sites []templates.Site
	for _, lang := range c.config.Languages {
		own := site
		own.Labels = c.labels(lang)
		own.Lang, own.Dir = own.Labels.Lang, own.Labels.Dir
		own.Kept = templates.Keeper()
		sites = append(sites, own)
	}
	return sites
}

// labels are the words of a language, as the host wants them.
func (c *Chat) labels(lang string) *templates.Labels {
	labels := templates.LabelsIn(lang)
	if labels.Sentences == nil {
		labels.Sentences = map[string]string{}
	}
	if c.config.Labels != nil {
		c.config.Labels(labels)
	}
	return labels.Ready()
}

// languages are the tags in their proper form, each once.
func languages(asked []string) ([]string, error) {
	if len(asked) == 0 {
		return templates.Languages(), nil
	}
	var langs []string
	for _, lang := range asked {
		tag, err := language.Parse(lang)
		if err != nil {
			return nil, err
		}
		if name := tag.String(); !slices.Contains(langs, name) {
			langs = append(langs, name)
		}
	}
	return langs, nil
}
