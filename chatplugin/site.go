package chatplugin

import (
	"pocketchat/pb_public"
	"pocketchat/templates"
)

// site is what every page knows of where it stands.
func (c *Chat) site(assets *pb_public.Assets) templates.Site {
	labels := templates.English()
	if c.config.Labels != nil {
		c.config.Labels(labels)
	}
	address := func(hashed string) string { return c.config.BasePath + "/assets/" + hashed }
	site := templates.Site{
		App: c.config.AppName, Base: c.config.BasePath, Socket: "/ws" + c.config.BasePath,
		Labels: labels, Lang: "en", Dir: "ltr", Theme: c.config.Theme, SignUp: !c.config.CloseSignUp,
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
	return site
}
