// Package chatplugin adds direct and group chats to a PocketBase application:
//
//	app := pocketbase.New()
//	chat := chatplugin.MustRegister(app, chatplugin.Config{})
//	if err := app.Start(); err != nil {
//		log.Fatal(err)
//	}
//
// The pages are at /chat/ then, the collections chat_rooms, chat_members,
// chat_messages and chat_reactions in the database, and [Chat] is what the
// host's own code calls.
package chatplugin

import (
	"context"
	"errors"
	"log"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/act"
	"pocketchat/chatplugin/internal/bench"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
	"pocketchat/chatplugin/internal/markup"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/chatplugin/internal/watch"
	"pocketchat/chatplugin/internal/web"
	"pocketchat/chatplugin/internal/web/throttle"
	_ "pocketchat/pb_migrations" // the collections
	"pocketchat/pb_public"
)

const (
	hookID   = "pocketchat_plugin_"
	storeKey = "pocketchat"

	// How long a stop waits for sockets.
	stopPatience = 5 * time.Second
	// How many messages' markup is remembered.
	markupKept = 5000
)

// MustRegister is Register, and panics on an error.
func MustRegister(app core.App, config Config) *Chat {
	chat, err := Register(app, config)
	if err != nil {
		panic(err)
	}
	return chat
}

// Register adds the chat to the app, before it starts. Registering twice is
// harmless: the second call answers what the first one made, and its config is
// not looked at.
func Register(app core.App, config Config) (*Chat, error) {
	if registered, ok := app.Store().Get(storeKey).(*Chat); ok {
		return registered, nil
	}
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	if bench.IsServer() { // alone, and driven harder than people do
		config.Rates.Off, config.Realtime.Redis = true, Redis{}
	}
	c := &Chat{app: app, config: config, store: store.New(config.users())}
	rates := throttle.New(throttle.Options{Rates: config.Rates})
	assets, err := pb_public.New()
	if err != nil {
		return nil, err
	}
	sites := c.sites(assets)
	shown := view.New(view.Options{Store: c.store, Site: sites[0], Others: sites[1:], Markup: markup.New(markupKept)})
	if c.live, err = live.New(live.Options{App: app, Store: c.store, View: shown, Hub: hubOptions(config.Realtime)}); err != nil {
		return nil, err
	}
	c.guard = guard.Bind(app, guard.Options{
		Store: c.store, Limits: config.Limits, History: config.History, Timeline: c.live,
		Word: shown.Say, Erase: config.EraseDeleted,
		Throttle: func(bucket, user, ip string) error { return rates.Allow(throttle.Bucket(bucket), user, ip) },
	})
	c.live.Bind(app)
	c.acts = act.New(act.Options{Guard: c.guard, Store: c.store, Limits: config.Limits, CanLookUp: config.CanLookUp})
	c.watch = watch.New(watch.Options{
		App: app, Hub: c.live.Hub(), Live: c.live, Guard: c.guard, Metrics: config.Metrics.On, Token: config.Metrics.Token,
	})
	c.web, err = web.New(web.Options{
		App: app, Watch: c.watch, Acts: c.acts, Store: c.store, View: shown, Live: c.live, Hub: c.live.Hub(), Assets: assets,
		Limits: config.Limits, Throttle: rates, Origins: config.AllowedOrigins,
	})
	if err != nil {
		return nil, err
	}
	c.bindHooks()
	c.bindCommands()
	if err := c.bindPurge(); err != nil {
		return nil, err
	}
	c.bindLife()
	app.Store().Set(storeKey, c)
	return c, nil
}

func hubOptions(realtime Realtime) hub.Options {
	return hub.Options{PingEvery: realtime.PingEvery, Redis: realtime.Redis, OnNodes: sayNodes}
}

// sayNodes says on the terminal too whether other nodes are reached: who starts
// a node with a wrong address must not find out by missing messages.
func sayNodes(err error) {
	if err != nil {
		log.Printf("pocketchat: Redis does not answer (%v). Pages go on; other nodes' messages come with up to 5 seconds' delay until it does.", err)
	} else {
		log.Print("pocketchat: other nodes are reached through Redis.")
	}
}

// bindLife starts and stops what lives as long as the server.
func (c *Chat) bindLife() {
	c.app.OnServe().Bind(&hook.Handler[*core.ServeEvent]{Id: hookID + "serve", Func: c.serve})
	c.app.OnCollectionUpdateExecute().Bind(&hook.Handler[*core.CollectionEvent]{Id: hookID + "people", Func: c.store.FollowUsers})
	c.app.OnTerminate().Bind(&hook.Handler[*core.TerminateEvent]{Id: hookID + "stop", Priority: -100, Func: func(e *core.TerminateEvent) error {
		return errors.Join(c.stop(), e.Next())
	}})
}

func (c *Chat) serve(e *core.ServeEvent) error {
	if err := store.PointAtUsers(e.App, c.config.Users.Collection); err != nil {
		return err
	}
	if err := c.store.EnsurePeople(e.App); err != nil {
		return err
	}
	if err := c.live.Run(); err != nil {
		return err
	}
	c.watch.Start(e.App)
	c.web.Bind(e)
	if err := e.Next(); err != nil {
		return err
	}
	if err := c.web.Mount(e); err != nil {
		return err
	}
	return c.guard.FinishDeletions(e.App)
}

// stop tells clients to come back later, and waits for what must not be cut off.
func (c *Chat) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	err := c.live.Shutdown(ctx)
	c.guard.Stop()
	store.LetGo(c.app)
	return err
}
