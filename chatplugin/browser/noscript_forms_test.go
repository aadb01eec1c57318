package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin/chattest"
)

// TestFormsWithoutScript: every form that is not on the way of
// [TestWithoutScript] works by itself as well, refusals included, and nothing is
// shown that would do nothing.
func TestFormsWithoutScript(t *testing.T) {
	app, annUser, bob, room := three(t)
	s := desktop
	s.noScript = true
	ann := arrive(t, app, app.URL, annUser, s)
	ann.expect(refusedForm)

	// The search of the list, and back.
	ann.open("/chat/")
	if eval[bool](ann, `document.body.hasAttribute("data-live") || !!window.htmx`) {
		t.Fatal("the premise does not hold: scripts run")
	}
	ann.enter("[name=q]", "cle")
	ann.keys(kb.Enter)
	ann.wait("Cleo alone", `document.querySelectorAll("#chat-rooms [data-room]").length === 1 && document.querySelector("[name=q]").value === "cle"`)
	ann.enter("[name=q]", "zebra")
	ann.keys(kb.Enter)
	ann.click("a >> Show all chats")
	ann.wait("the list", rows)
	ann.click(".chat-account summary")
	ann.see(".chat-account button >> Sign out everywhere")
	for _, idle := range []string{"button >> Settings", "button >> Keyboard shortcuts", "[data-divider]", "dialog", "[data-jump]"} {
		ann.miss(idle)
	}

	// A group: made, its fields refused and changed, people in and out, roles.
	ann.open("/chat/new-group/")
	ann.keys(kb.Enter)
	ann.enter("#group-name", "Crew of the night")
	ann.enter("[data-members] > :nth-child(1) input", bob.Email())
	ann.click("button >> Create group")
	ann.at("/chat/[a-z0-9]{15}/")
	group := ann.room()
	ann.open("/chat/" + group + "/edit/")
	ann.enter("#edit-description", "Who sails at night")
	ann.click("form:has([value=details]) button >> Save")
	ann.at("/chat/" + group + "/info/")
	ann.see(".chat-info__about >> Who sails at night")
	ann.open("/chat/" + group + "/edit/")
	ann.enter("form:has([value=add]) input[name=members]", "nobody@example.com")
	ann.click("form:has([value=add]) button >> Add")
	ann.see("[role=alert] >> nobody@example.com")
	ann.wait("what was typed", `document.querySelector("form:has([value=add]) input[name=members]").value === "nobody@example.com"`)
	ann.enter("form:has([value=add]) input[name=members]", app.User("Dora Elm").Email())
	ann.click("form:has([value=add]) button >> Add")
	ann.see(".chat-person__name >> Dora Elm")
	ann.choose("[data-member='"+bob.Id+"'] select", "admin")
	ann.click("[data-member='" + bob.Id + "'] button >> Save")
	ann.wait("Bob an admin", `document.readyState === "complete" && document.querySelector("[data-member='`+bob.Id+`']").dataset.role === "admin"`)

	// A message that is refused stays where it was written.
	ann.open("/chat/" + room + "/")
	ann.click("#chat-body")
	ann.keys("   ")
	ann.click(".chat-send")
	ann.see("[data-composer-error] >> Write something")

	// Gone for one, and for all.
	ann.open("/chat/" + room + "/info/")
	ann.click("summary >> Delete for me")
	ann.click("[open] button >> Delete for me")
	ann.at("/chat/")
	ann.miss("#chat-rooms .chat-row__name >> Bob Castle")
	ann.open("/chat/" + group + "/info/")
	ann.click("summary >> Delete for everyone")
	ann.click("[open] button >> Delete for everyone")
	ann.at("/chat/")
	ann.miss("#chat-rooms .chat-row__name >> Crew of the night")

	// Out everywhere, and in by a wrong and a right password.
	ann.click(".chat-account summary")
	ann.click("button >> Sign out everywhere")
	ann.at("/chat/sign-in/")
	ann.enter("[name=identity]", annUser.Email())
	ann.enter("[name=password]", "guess")
	ann.keys(kb.Enter)
	ann.see("[role=alert]")
	ann.wait("what was typed", `document.querySelector("[name=identity]").value === `+js(annUser.Email()))
	ann.enter("[name=password]", chattest.Password)
	ann.keys(kb.Enter)
	ann.at("/chat/")
	ann.see("#chat-rooms .chat-row__name >> Cleo Dorn")
}
