package browser

import (
	"fmt"

	"github.com/chromedp/chromedp/kb"
)

// member is a row of a list of people by name.
func member(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("[data-member]")].find((e) => e.querySelector("bdi").textContent === %s)`, js(name))
}

func walkGroup(ann, bob, cleo *person) {
	bob.open("/chat/")
	bob.live()
	cleo.open("/chat/")
	cleo.live()
	ann.open("/chat/")
	ann.click(".chat-aside__header [data-dialog=chat-new-group]")
	ann.see("dialog[open] h2 >> New group")
	ann.enter("#group-name", "Crew")
	ann.enter("#chat-new-group [data-members] > :nth-child(1) input", "bob@example.com")
	ann.enter("#chat-new-group [data-members] > :nth-child(2) input", "cloe@example.com")
	ann.expect(refusedForm)
	ann.click("#chat-new-group button >> Create group")
	ann.see("#chat-new-group .chat-field__problem >> cloe@example.com")
	ann.wait("what was typed", `JSON.stringify([...document.querySelectorAll("#chat-new-group input")].map((e) => e.value)) === '["Crew","bob@example.com","cloe@example.com",""]'`)
	ann.wait("one sentence said once", `document.querySelector("#chat-new-group").innerText.split("cloe@example.com").length === 2`)

	ann.wait("the focus where the mistake is", `document.activeElement.value === "cloe@example.com"`)

	// Put right in a new line, the old one taken away.
	ann.click("#chat-new-group button >> Add another")
	ann.wait("a fourth line with the focus in it", `document.activeElement === document.querySelector("#chat-new-group [data-members] > :nth-child(4) input")`)
	ann.keys("cleo@example.com")
	ann.click("#chat-new-group [data-members] > :nth-child(2) [data-remove]")
	ann.wait("three lines", `document.querySelectorAll("#chat-new-group [data-members] > *").length === 3`)
	ann.click("#chat-new-group button >> Create group")
	ann.at("/chat/[a-z0-9]{15}/")
	ann.see("#chat-title >> Crew")
	ann.see("[data-members-text] >> 3 members")
	ann.told("Ann Berg created the group “Crew”")
	ann.live()

	bob.row("Crew", 0)
	cleo.row("Crew", 0)
	cleo.click("#chat-rooms a >> Crew")
	cleo.live()
	ann.see("[data-online-text] >> 2 online")
	cleo.say("Hi all")
	ann.reads("Hi all")
	ann.see(".chat-message__name >> Cleo Dorn")
	bob.row("Crew", 1)
	bob.see("[data-preview] >> Cleo: Hi all")
	bob.click("#chat-rooms a >> Crew")
	bob.reads("Hi all")
	bob.live()
	cleo.see("[data-receipt] >> Read by 2")
	ann.see("[data-online-text] >> 3 online")
}

func walkEdit(ann, bob, cleo *person) {
	ann.click(".chat-room__header a[aria-label=Details]")
	ann.see(".chat-person >> Cleo Dorn")
	ann.click("a >> Edit group")
	ann.at("/chat/[a-z0-9]{15}/edit/")
	ann.enter("#edit-name", "Night crew")
	ann.enter("#edit-description", "Who works late")
	ann.click("form:has([value=details]) button >> Save")
	bob.see("#chat-title >> Night crew")
	bob.told("Ann Berg renamed the group to “Night crew”")
	bob.titled("Night crew · Harbour")
	cleo.see("#chat-title >> Night crew")
	cleo.row("Night crew", 0)
	ann.at("/chat/[a-z0-9]{15}/info/")
	ann.see(".chat-info__about >> Who works late")
	ann.click("a >> Edit group")
	ann.wait("the form with what it is now", `document.querySelector("#edit-description")?.value === "Who works late"`)

	ann.choose("select[aria-label='Role of Bob Castle']", "admin")
	ann.click("button[aria-label='Save: Role of Bob Castle']")
	ann.wait("Bob an admin", member("Bob Castle")+`?.dataset.role === "admin"`)
	bob.told("Ann Berg made Bob Castle an admin")

	// A mistyped name is refused and stays.
	ann.expect(refusedForm)
	ann.enter("form:has([value=add]) input[name=members]", "nobody@example.com")
	ann.click("form:has([value=add]) .chat-form__actions button")
	ann.see(".chat-field__problem")
	ann.wait("what was typed", `document.querySelector("form:has([value=add]) input[name=members]").value === "nobody@example.com"`)
}

func walkLeave(ann, bob, cleo *person) {
	// The owner takes Cleo out: her page says so and nothing more reaches it. A
	// read mark that is under way just then is refused as any guest's.
	cleo.expect(lateMark)
	ann.click("button[aria-label='Remove Cleo Dorn']")
	ann.wait("Cleo gone from the people", "!("+member("Cleo Dorn")+")")
	cleo.at("/chat/")
	cleo.see("[data-toast-text] >> You’re no longer in this conversation.")
	cleo.wait("that the group is gone from the list", `![...document.querySelectorAll("#chat-rooms .chat-row__name")].some((e) => e.textContent.includes("crew"))`)
	cleo.live()
	bob.told("Ann Berg removed Cleo Dorn")
	bob.see("[data-members-text] >> 2 members")
	group := bob.room()
	bob.say("is she gone?")
	bob.see("[data-receipt] >> Sent")

	// What did not come is shown by what came after it on the same socket.
	ann.open("/chat/new/")
	ann.enter("#new-email", "cleo@example.com")
	ann.keys(kb.Enter)
	ann.see("#chat-title >> Cleo Dorn")
	ann.say("sorry")
	cleo.row("Ann Berg", 1)
	cleo.wait("nothing of the group", `!document.body.innerText.includes("is she gone?")`)
	cleo.expect(gone)
	cleo.open("/chat/" + group + "/")
	cleo.see("[role=alert]")
	cleo.wait("nothing of the group", `!document.body.innerText.includes("crew")`)
	cleo.click("a >> All chats")
	cleo.at("/chat/")

	// Added again, as an admin may.
	cleo.open("/chat/")
	cleo.live()
	bob.click(".chat-room__header a[aria-label=Details]")
	bob.click("a >> Edit group")
	bob.enter("form:has([value=add]) input[name=members]", "cleo@example.com")
	bob.click("form:has([value=add]) .chat-form__actions button")
	bob.wait("Cleo among the people", member("Cleo Dorn"))
	cleo.row("Night crew", 0)

	// The owner leaves; the admin takes over.
	ann.open("/chat/" + group + "/info/")
	ann.click("summary >> Leave group")
	ann.see(".chat-confirm__ask >> Leave “Night crew”?")
	ann.click(".chat-confirm__form button >> Leave group")
	ann.at("/chat/")
	ann.miss("#chat-rooms .chat-row__name >> Night crew")
	bob.open("/chat/" + group + "/")
	bob.told("Ann Berg left")
	bob.open("/chat/" + group + "/edit/")
	bob.wait("Bob the owner", member("Bob Castle")+`?.dataset.role === "owner"`)
	cleo.expect("status of 403")
	cleo.open("/chat/" + group + "/edit/")
	cleo.see("[role=alert]")
}

func walkDelete(ann, bob, _ *person) {
	ann.open("/chat/")
	ann.click("#chat-rooms a >> Bob Castle")
	ann.hears("and another")
	direct := ann.room()
	ann.click(".chat-room__header a[aria-label=Details]")
	ann.click("summary >> Delete for me")
	ann.click(".chat-confirm__form button >> Delete for me")
	ann.at("/chat/")
	ann.live()
	ann.miss("#chat-rooms .chat-row__name >> Bob Castle")

	bob.open("/chat/" + direct + "/")
	bob.hears("and another")
	bob.live()
	bob.say("still there?")
	ann.row("Bob Castle", 1)
	ann.titled("(1) Chats · Harbour")
	ann.click("#chat-rooms a >> Bob Castle")
	ann.reads("still there?")
	ann.miss("[data-load-older]")
}

func walkDeleteGroup(_, bob, cleo *person) {
	cleo.open("/chat/")
	cleo.click("#chat-rooms a >> Night crew")
	cleo.live()
	group := cleo.room()
	bob.open("/chat/" + group + "/info/")
	bob.click("summary >> Delete for everyone")
	bob.see(".chat-confirm__ask >> Delete “Night crew” for everyone?")
	cleo.expect(lateMark)
	bob.wait("all of it in view", `document.querySelector("[data-confirm][open]").getBoundingClientRect().bottom <= innerHeight + 1`)
	bob.click(".chat-confirm__form button >> Delete for everyone")
	bob.at("/chat/")
	cleo.at("/chat/")
	cleo.see("[data-toast-text] >> You’re no longer in this conversation.")
	for _, p := range []*person{bob, cleo} {
		p.miss("#chat-rooms .chat-row__name >> Night crew")
	}
}
