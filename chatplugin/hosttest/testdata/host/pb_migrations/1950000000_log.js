/// <reference path="../pb_data/types.d.ts" />

// Runs after pocketchat's migrations.
migrate((app) => {
  app.save(new Collection({
    type: "base",
    name: "log",
    fields: [{ type: "text", name: "entry", max: 10000 }],
  }))
}, (app) => {
  app.delete(app.findCollectionByNameOrId("log"))
})
