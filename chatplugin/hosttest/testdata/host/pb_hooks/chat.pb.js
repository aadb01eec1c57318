/// <reference path="../pb_data/types.d.ts" />

// Refuses a word, whichever way the message comes.
onRecordCreate((e) => {
  if (e.record.getString("body").includes("kraken")) {
    throw new BadRequestError("We do not name the beast.")
  }
  e.next()
}, "chat_messages")

// Sees what was said.
onRecordAfterCreateSuccess((e) => {
  const log = new Record($app.findCollectionByNameOrId("log"))
  log.set("entry", e.record.getString("kind") + ": " + e.record.getString("body"))
  $app.save(log)
  e.next()
}, "chat_messages")

// Speaks: as the room itself, or as somebody.
routerAdd("POST", "/bell/{room}", (e) => {
  const message = new Record($app.findCollectionByNameOrId("chat_messages"))
  message.set("room", e.request.pathValue("room"))
  message.set("author", e.request.url.query().get("as"))
  message.set("body", "Ding!")
  $app.save(message)
  return e.json(200, message)
})
