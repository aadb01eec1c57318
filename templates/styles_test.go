package templates

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	comment    = regexp.MustCompile(`(?s)/\*.*?\*/`)
	physical   = regexp.MustCompile(`(?m)^\s*((?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|top|bottom|width|height|(?:min|max)-(?:width|height)|border-(?:top|bottom)-(?:left|right)-radius|text-align:\s*(?:left|right))\s*:`)
	unprefixed = regexp.MustCompile(`(?:^|[^-\w])--(?:[a-z]+)-?|\.[a-z][\w-]*`)
	oklch      = regexp.MustCompile(`--chat-([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);`)
	className  = regexp.MustCompile(`\.(chat-[\w-]+)`)
)

func TestStylesUseLogicalPropertiesAndOurNamesAlone(t *testing.T) {
	styles := comment.ReplaceAllString(embeddedStyles(t), "")
	for _, hit := range physical.FindAllString(styles, -1) {
		t.Errorf("a physical property: %s", strings.TrimSpace(hit))
	}
	for _, name := range unprefixed.FindAllString(styles, -1) {
		name = strings.TrimLeft(name, " \t\n(:,{;")
		if !strings.HasPrefix(name, "--chat") && !strings.HasPrefix(name, ".chat-") && name != ".htmx-request" {
			t.Errorf("a name without our prefix: %s", name)
		}
	}
	outside := regexp.MustCompile(`(?m)^[^\s}@].*$`).FindAllString(styles, -1)
	if len(outside) != 0 {
		t.Errorf("rules outside of the layer: %q", outside)
	}
}

// A class that no rule knows is a slip of the pen, unless it only names a thing.
func TestClassesHaveRules(t *testing.T) {
	known := map[string]bool{}
	for _, match := range className.FindAllStringSubmatch(embeddedStyles(t), -1) {
		known[match[1]] = true
	}
	names := map[string]bool{"chat-avatar--m": true, "chat-older": true, "chat-check__found": true}
	for page, view := range galleryPages() {
		for _, match := range regexp.MustCompile(` class="([^"]*)"`).FindAllStringSubmatch(html(t, view), -1) {
			for _, class := range strings.Fields(match[1]) {
				if !known[class] && !names[class] {
					t.Errorf("%s: no rule for %s", page, class)
				}
			}
		}
	}
}

// Dark comes by the device's wish and by attribute: the same either way.
func TestDarkIsTheSameByEitherWay(t *testing.T) {
	styles := embeddedStyles(t)
	device := block(t, styles, `:root:not([data-theme="light"]) {`)
	attribute := block(t, styles, `:root[data-theme="dark"] {`)
	if strings.Join(strings.Fields(device), " ") != strings.Join(strings.Fields(attribute), " ") {
		t.Error("the two dark blocks differ")
	}
}

func block(t *testing.T, styles, head string) string {
	t.Helper()
	_, rest, ok := strings.Cut(styles, head)
	if !ok {
		t.Fatal("no block ", head)
	}
	body, _, _ := strings.Cut(rest, "}")
	return body
}

// Text keeps 4.5:1 and the edges of controls 3:1, in both themes.
func TestColoursKeepContrast(t *testing.T) {
	styles := embeddedStyles(t)
	themes := map[string]map[string]float64{
		"light": luminances(t, block(t, styles, ":root {")),
		"dark":  luminances(t, block(t, styles, `:root[data-theme="dark"] {`)),
	}
	pairs := []struct {
		ink, paper string
		least      float64
	}{
		{"grey-9", "grey-0", 7}, {"grey-9", "grey-1", 7}, {"grey-9", "grey-2", 7},
		{"grey-6", "grey-0", 4.5}, {"grey-6", "grey-1", 4.5}, {"grey-6", "grey-2", 4.5},
		{"grey-4", "grey-0", 3}, {"red", "grey-0", 4.5}, {"red", "grey-1", 4.5},
		{"amber-ink", "amber", 4.5}, {"white", "blue", 4.5}, {"blue", "grey-0", 3},
	}
	for theme, light := range themes {
		light["white"] = 1
		for _, pair := range pairs {
			a, b := max(light[pair.ink], light[pair.paper]), min(light[pair.ink], light[pair.paper])
			if got := (a + 0.05) / (b + 0.05); got < pair.least {
				t.Errorf("%s: %s on %s is %.2f:1, want %.1f:1", theme, pair.ink, pair.paper, got, pair.least)
			}
		}
	}
}

func luminances(t *testing.T, body string) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for _, match := range oklch.FindAllStringSubmatch(body, -1) {
		var lch [3]float64
		for i := range lch {
			v, err := strconv.ParseFloat(match[i+2], 64)
			if err != nil {
				t.Fatal(err)
			}
			lch[i] = v
		}
		found[match[1]] = luminance(lch[0], lch[1], lch[2])
	}
	if len(found) < 9 {
		t.Fatal("too few colours were read")
	}
	return found
}

// luminance of a colour in oklch, by the matrices that define the space.
func luminance(l, c, h float64) float64 {
	a, b := c*math.Cos(h*math.Pi/180), c*math.Sin(h*math.Pi/180)
	cube := func(x float64) float64 { return x * x * x }
	long := cube(l + 0.3963377774*a + 0.2158037573*b)
	medium := cube(l - 0.1055613458*a - 0.0638541728*b)
	short := cube(l - 0.0894841775*a - 1.2914855480*b)
	clip := func(x float64) float64 { return min(1, max(0, x)) }
	red := clip(4.0767416621*long - 3.3077115913*medium + 0.2309699292*short)
	green := clip(-1.2684380046*long + 2.6097574011*medium - 0.3413193965*short)
	blue := clip(-0.0041960863*long - 0.7034186147*medium + 1.7076147010*short)
	return 0.2126*red + 0.7152*green + 0.0722*blue
}
